import type { Statement } from '../../statement.ts';
import { type Markup, markup } from '../markup.ts';

/** Explains how to verify the statement, and the other files of its folder. */
export function proof({ org, quarter, revision, rules }: Statement): Markup {
  return markup`<section class="proof"><h2>How to be sure of this statement</h2>
<p>Copy its folder and run, offline: <code>license-server statement verify &lt;folder&gt; --root &lt;root.jwk.json&gt;</code>. It checks the signature under the Root that you have pinned, every file, and every sum; whatever was changed is named.</p>
<ul><li><b>statement.json</b> holds all numbers of this page, by counting rules ${rules.version}.</li>
<li><b>enterprises.csv</b> has a line for each enterprise in each application. With <code>--names customers.csv</code> the command shows your own names beside the ids; they leave your machine nowhere.</li>
<li><b>statement.jws</b> is the signature of Org ${org} over ${quarter} r${revision}. An error is corrected by the next revision; this one never changes.</li></ul></section>`;
}
