import type { Statement } from '../statement.ts';
import { markup } from './markup.ts';
import { billed } from './sections/billed.ts';
import { changes } from './sections/changes.ts';
import { manifests } from './sections/manifests.ts';
import { proof } from './sections/proof.ts';
import { sites } from './sections/sites.ts';
import { users } from './sections/users.ts';
import { style } from './style.ts';

/**
 * Returns `report.html`: one file that a person reads on a screen or on paper. It holds no script, loads nothing, and may do neither by its own
 * policy. The same statement makes the same bytes.
 */
export async function reportHtml(statement: Statement): Promise<string> {
  const { org, quarter, revision } = statement;
  const policy = `default-src 'none'; style-src 'sha256-${await sha256Base64(style)}'; base-uri 'none'; form-action 'none'`;
  return markup`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>License statement ${quarter} r${revision}, Org ${org}</title>
<style>${{ markup: style }}</style></head>
<body><main>
${billed(statement)}
${changes(statement)}
${sites(statement)}
${users(statement)}
${manifests(statement)}
${proof(statement)}
<footer>License statement of Org ${org}, ${quarter} r${revision}. Ids only: names of customers and plants are not known here.</footer>
</main></body></html>
`.markup;
}

/** Returns the hash by which a Content-Security-Policy allows a style sheet (CSP level 3, section 2.3.1). */
async function sha256Base64(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...digest));
}
