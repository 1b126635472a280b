import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** Words of a private vocabulary, and the term to write instead (docs/contributing.md, "Language"). */
const replacements: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\banew\b/, 'again, re-create'],
  [/\bbears?\b/, 'tolerate, support'],
  [/\bmend(s|ed|ing)?\b/, 'fix, repair, remedy'],
  [/\bt(ells?|old|elling) (of|from)\b/, 'notify, distinguish'],
  [/\bhears? of\b/, 'is notified'],
  [/\brid(es?|ing)\b/, 'is part of'],
  [/\baside\b/, 'dead-letter'],
  [/\bluck\b/, 'randomness'],
  [/\broads?\b/, 'request pipeline'],
  [/\bhandfuls?\b/, 'batch'],
  [/\blanes?\b/, 'concurrency limit, worker'],
  [/\bwish(es|ed)?\b/, 'intent'],
  [/\bill\b/, 'unavailable'],
  [/\bheal(s|ed|ing)?\b/, 'recover'],
  [/\bsmudge\w*\b/, 'formatting error'],
  [/\bwho(so)?ever\b/, 'the noun: the client, the operator, a caller'],
  [/\b(nobody|somebody)\b/, 'the actor: the client, the operator, a caller'],
  [/\bof now\b/, 'current'],
  [/\bc(omes?|ame) of\b/, 'result from'],
  [/\bturn(s|ed)? round\b/, 'invert'],
];

/** Names of deployed resources: they are part of stacks and addresses, and so must not change (test/lib/state.test.ts). */
const deployedNames = /\bAside(Queue|Key)\w*|\bAside\\?\/(Queue|Key)?|'Aside'|\baside-some\b|-aside\b/g;

/** Files in which a replaced word is the subject: this list itself. */
const excepted = new Set(['test/docs/language.test.ts', 'docs/contributing.md']);

const files = execFileSync('git', ['ls-files', '*.ts', '*.md', '*.py', '*.sh', '*.java'], { encoding: 'utf8' })
  .split('\n')
  .filter(file => file !== '' && !excepted.has(file));

describe('the language of the project', () => {
  it('finds a replaced word in prose, in an identifier and over a line break', () => {
    expect(findings('x.ts', 'made anew\n')).toHaveLength(1);
    expect(findings('x.ts', 'const inLanes = 1;\n')).toHaveLength(1);
    expect(findings('x.ts', 'SET_ASIDE\n')).toHaveLength(1);
    expect(findings('x.ts', '/** a person is told\n * of it */\n')).toHaveLength(1);
    expect(findings('x.ts', "new StreamDeadLetters(store, 'Aside', stage)\n")).toHaveLength(0);
    expect(findings('x.ts', 'the bearer of a broader override, still willing\n')).toHaveLength(0);
  });

  it('has no word of the list in any tracked file', () => {
    expect(files.length).toBeGreaterThan(500);
    expect(files.flatMap(file => findings(file, readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('has no sentence of more than 25 words in a doc comment of the product', () => {
    const product = files.filter(file => file.endsWith('.ts') && !file.startsWith('test/'));
    expect(product.length).toBeGreaterThan(500);
    expect(product.flatMap(file => longSentences(file, readFileSync(file, 'utf8')))).toEqual([]);
    const long = `/** Returns ${'a '.repeat(24)}b. */`;
    expect(longSentences('x.ts', long)).toHaveLength(1);
    expect(longSentences('x.ts', long.replace('a ', ''))).toEqual([]);
  });
});

/** @returns `file: sentence` for each one of more than 25 words; a semicolon, a colon or a tag ends a sentence too */
function longSentences(file: string, text: string): string[] {
  const comments = [...text.matchAll(/\/\*\*(.*?)\*\//gs)].map(([, comment = '']) =>
    comment.replace(/\s*\n\s*\*?\s*/g, ' '),
  );
  const sentences = comments.flatMap(comment => comment.split(/(?<=[.:;!?])\s+|@\w+/));
  return sentences.filter(sentence => sentence.trim().split(/\s+/).length > 25).map(sentence => `${file}: ${sentence}`);
}

/** @returns `file:line: "word" (write: …)` for each replaced word */
function findings(file: string, text: string): string[] {
  const lines = text.split('\n').map(inWords);
  return lines.flatMap((line, i) => {
    // A phrase may go over a line break: the last word of the line before is read too, and is no finding by itself.
    const before = lines[i - 1]?.match(/\S+$/)?.[0] ?? '';
    return replacements.flatMap(([pattern, instead]) =>
      [...`${before} ${line}`.matchAll(new RegExp(pattern, 'gi'))]
        .filter(({ 0: found, index }) => index + found.length > before.length)
        .map(([found]) => `${file}:${i + 1}: "${found}" (write: ${instead})`),
    );
  });
}

/** A line without its comment marker, identifiers split into words. */
function inWords(line: string): string {
  return line
    .replace(deployedNames, '')
    .replace(/^\s*(\*|\/\/|#)\s/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/_/g, ' ')
    .trim();
}
