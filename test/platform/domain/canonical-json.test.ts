import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '../../../domain/kernel/canonical-json.ts';

describe('canonical JSON (RFC 8785)', () => {
  it('sorts members by UTF-16 code units, as section 3.2.3 has it', () => {
    const members = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(canonicalJson(members)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  it('writes text as section 3.2.2.2 has it', () => {
    expect(canonicalJson('\u20ac$\u000f\nA\'B"\\\\"/')).toBe('"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
  });

  it('leaves no white space, and writes literals and lists as they come (section 3.2.1)', () => {
    expect(canonicalJson({ literals: [null, true, false], b: [], a: {} })).toBe(
      '{"a":{},"b":[],"literals":[null,true,false]}',
    );
  });

  it('leaves out members that are undefined', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
  });

  it.each([0.5, 1e21, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'refuses %s, which is no integer that everybody reads alike',
    value => {
      expect(() => canonicalJson({ value })).toThrow(TypeError);
    },
  );

  it('writes minus zero as zero (section 3.2.2.3)', () => {
    expect(canonicalJson(-0)).toBe('0');
  });

  it('refuses a lone surrogate (section 3.2.2.2)', () => {
    expect(() => canonicalJson({ a: '\ud83d' })).toThrow(TypeError);
    expect(() => canonicalJson({ '\ude00': 'a' })).toThrow(TypeError);
  });
});
