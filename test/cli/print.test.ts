import { describe, expect, it } from '@jest/globals';
import { aligned } from '../../cli/print.ts';
import { tableLines } from '../../cli/table.ts';

const sites = ['a', 'b'].map(letter => ({
  siteId: `hub-${letter.repeat(16)}-${letter.repeat(17)}`,
  enterpriseId: `hub-${'e'.repeat(16)}`,
  application: 'hwf',
  siteRef: `P-${letter}`,
  mode: 'dev',
  state: 'active',
  generation: letter === 'a' ? 1 : 12,
  createdAt: '2026-11-21T10:00:00Z',
  expiresAt: `2026-12-2${letter === 'a' ? 1 : 2}T10:00:00Z`,
}));

describe('a list in an answer', () => {
  it('is a table with headings, a line for each row, where the output is no terminal', () => {
    const [name, headings, first, second, ...others] = aligned({ sites });
    expect(name).toBe('sites');
    expect(headings).toMatch(
      /^ {2}siteId +enterpriseId +application +siteRef +mode +state +generation +createdAt +expiresAt$/,
    );
    expect(first?.indexOf('P-a')).toBe(headings?.indexOf('siteRef'));
    expect(second?.indexOf('P-b')).toBe(headings?.indexOf('siteRef'));
    expect(others).toEqual([]);
  });

  it.each([80, 100, 120])('fits into %i columns, with every id and every fact in full', width => {
    const lines = aligned({ sites }, '', width);
    const text = lines.join('\n');
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(width);
    expect(lines).toContain(`  in all: enterpriseId hub-${'e'.repeat(16)}`);
    for (const site of sites) for (const fact of Object.values(site)) expect(text).toContain(String(fact));
  });

  it('goes on in a second line where even what differs is too wide, headings too', () => {
    expect(
      tableLines(
        { id: 'id', one: 'one', two: 'two' },
        [
          { id: 'abcdef', one: 'x', two: 'long as it is' },
          { id: 'ghijkl', one: 'y', two: '' },
        ],
        14,
      ),
    ).toEqual(['id      one', '  two', 'abcdef  x', '  long as it is', 'ghijkl  y']);
  });

  it('shows what its things hold in a cell, and what only some of them have', () => {
    const events = [
      { seq: 1, details: { mode: 'dev', generation: 1 } },
      { seq: 2, details: {}, previous: 'x' },
    ];
    expect(aligned({ events }).slice(1)).toEqual([
      '  seq  details                 previous',
      '  1    mode dev, generation 1',
      '  2                            x',
    ]);
  });

  it('is shown in blocks when its things hold keys, which stand in full', () => {
    const link = 'k'.repeat(300);
    expect(aligned({ orgs: [{ org: 'hub', links: [link] }] })).toEqual(
      ['orgs', '  - org  hub', '    links', `        ${link}`].map(line => expect.stringContaining(line.trim())),
    );
  });

  it('is said to be empty', () => {
    expect(aligned({ sites: [] })).toEqual(['sites  (none)']);
  });
});

describe('text of a server', () => {
  it('can neither move the cursor, nor begin a line of its own', () => {
    const hostile = 'x\u001b[2J\u009b1m\r\nGenuine.\u202e\u{e0001}';
    const shown = 'x\\u001b[2J\\u009b1m\\u000d\\u000aGenuine.\\u202e\\udb40\\udc01';
    expect(aligned({ [hostile]: hostile })).toEqual([`${shown}  ${shown}`]);
    expect(aligned({ list: [{ [hostile]: hostile }] })).toEqual(['list', `  ${shown}`, `  ${shown}`]);
    expect(aligned({ words: [hostile] })).toEqual([`words  ${shown}`]);
  });
});
