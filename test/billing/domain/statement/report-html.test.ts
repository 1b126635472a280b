import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { axisAround, axisTo } from '../../../../domain/billing/statement/report/axis.ts';
import { markup } from '../../../../domain/billing/statement/report/markup.ts';
import { reportHtml } from '../../../../domain/billing/statement/report/report-html.ts';
import { grouped, signed } from '../../../../domain/billing/statement/report/words.ts';
import { statementOf } from '../../../../domain/billing/statement/statement-of.ts';
import { sampleFacts } from '../../../support/vectors/sample-statement.ts';

const facts = sampleFacts();
const statement = statementOf(facts);
const html = await reportHtml(statement);
const visible = html.replace(/<style>[\s\S]*?<\/style>/, '').replace(/<[^>]+>/g, ' ');

describe('the report', () => {
  it('loads nothing and runs nothing, and its policy forbids both', () => {
    expect(html).not.toMatch(/<(script|link|img|iframe|object|embed|base|form|audio|video)\b/i);
    expect(html).not.toMatch(/\b(src|srcset|on[a-z]+)\s*=|style\s*=|url\(|@import|https?:/i);
    const [, css = ''] = /<style>([\s\S]*?)<\/style>/.exec(html) ?? [];
    const hash = createHash('sha256').update(css).digest('base64');
    const policy = `default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;;`;
    expect(html).toContain(`<meta http-equiv="Content-Security-Policy" content="${policy}`);
  });

  it('says first which number to invoice', () => {
    const invoice = visible.indexOf('Invoice this number');
    expect(invoice).toBeGreaterThan(0);
    expect(visible.slice(invoice).match(/\d+/)?.[0]).toBe(String(statement.billed.productionSites));
  });

  it('names what is missing, what differs and who is over the limit', () => {
    expect(visible).toContain('Manifest missing: boost.');
    expect(visible).toContain('2 figures of the manifests differ from the server');
    expect(visible).toContain('Configuration users over the limit');
    expect(html.match(/class="missing"/g)?.length).toBeGreaterThanOrEqual(5);
  });

  it('explains the difference to the last quarter line by line, and it adds up', () => {
    const { opening, closing, moves } = statement.totals;
    for (const [name, value] of [
      ['new', moves.new],
      ['promoted', moves.promoted],
      ['deleted', -moves.deleted],
      ['dormant', -moves.dormant],
      ['made proxies', -moves.proxied],
    ] as const)
      expect(html).toContain(`<th scope="row" class="text">${name}</th><td class="number">${signed(value)}</td>`);
    expect(visible).toContain(`${moves.recreated} of them recreated after a deletion`);
    expect(visible).toContain(`began with ${opening.production} production sites and ended with ${closing.production}`);
  });

  it('draws every plot with a title, a description and the title of its axis', () => {
    const plots = [...html.matchAll(/<svg [\s\S]*?<\/svg>/g)].map(([plot]) => plot);
    expect(plots).toHaveLength(5);
    for (const plot of plots) {
      expect(plot).toMatch(/role="img" aria-labelledby="(\S+)-title \1-desc"/);
      expect(plot).toMatch(/<title id="[^"]+">[^<]+<\/title><desc id="[^"]+">[^<]*\d[^<]*<\/desc>/);
      expect(plot).toMatch(/class="axis-title"[^>]*>(sites|users|production sites)</);
    }
    expect(new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)).size).toBe(html.match(/ id="/g)?.length);
  });

  it('gives every table a caption and every column a heading', () => {
    const tables = [...html.matchAll(/<table>[\s\S]*?<\/table>/g)].map(([table]) => table);
    expect(tables.length).toBeGreaterThanOrEqual(4);
    for (const table of tables)
      expect(table).toMatch(/^<table><caption>[\s\S]+?<\/caption>\n<thead><tr><th scope="col"/);
  });

  it('is the same to the byte each time', async () => {
    expect(await reportHtml(statementOf(sampleFacts()))).toBe(html);
  });

  it('shows the twenty largest enterprises, and the rest together', async () => {
    const large = statementOf(sampleFacts({ enterprises: 60, seed: 5 }));
    const page = await reportHtml(large);
    expect(page).toContain('40 more enterprises');
    expect(page).toContain('the 20 largest, and the rest together');
  });

  it('can be made of nothing, and of one of each', async () => {
    const empty = statementOf({ ...facts, counts: [], manifests: [], before: [] });
    expect(await reportHtml(empty)).toContain('No site came or went.');
    expect(await reportHtml(empty)).not.toMatch(/NaN|undefined|Infinity/);
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('what it is made of', () => {
  it('escapes all text', () => {
    const evil = `<img src=x onerror="alert('1')">&`;
    expect(markup`<p title="${evil}">${[evil]}</p>`.markup).toBe(
      '<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;">&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;</p>',
    );
    expect(markup`${undefined}${false}${0}${markup`<b>${'&'}</b>`}`.markup).toBe('0<b>&amp;</b>');
  });

  it.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [7, [0, 2, 4, 6, 8]],
    [164, [0, 50, 100, 150, 200]],
    [12_000, [0, 5000, 10_000, 15_000]],
  ])('steps to %i in whole round numbers', (largest, ticks) => {
    expect(axisTo(largest).ticks).toEqual(ticks);
  });

  it('begins an axis above zero only where all lies close together', () => {
    expect(axisAround(194, 236).from).toBe(160);
    expect(axisAround(40, 236).from).toBe(0);
    expect(axisAround(0, 0).ticks).toEqual([0, 1]);
  });

  it('writes numbers as people read them', () => {
    expect([grouped(1_234_567), grouped(-12), signed(3), signed(-3), signed(0)]).toEqual([
      '1\u202f234\u202f567',
      '\u221212',
      '+3',
      '\u22123',
      '0',
    ]);
  });
});
