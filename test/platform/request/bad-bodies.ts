/** Texts in the place of a whole body; `good` is one that would be taken. */
export function brokenBodies(good: Readonly<Record<string, unknown>>): Record<string, string | Uint8Array> {
  const text = JSON.stringify(good);
  const inside = text.slice(1, -1);
  const and = inside ? `,${inside}` : '';
  const [name = 'application'] = Object.keys(good);
  return {
    'a brace alone': '{',
    'a word': 'siteRef',
    'a list': '[]',
    'a list of itself': `[${text}]`,
    null: 'null',
    'a number': '17',
    'a string': JSON.stringify(text),
    true: 'true',
    NaN: 'NaN',
    'itself twice': text + text,
    'a comma too many': `{${inside},}`,
    'a comment': `/* */${text}`,
    'single quotes': `{'${name}': 1}`,
    'UTF-16': Buffer.from(text, 'utf16le'),
    'bytes that are no UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    'a value that is no UTF-8': Buffer.concat([Buffer.from('{"mode":"'), Buffer.from([0xff]), Buffer.from('"}')]),
    'an overlong NUL': Buffer.from([0x7b, 0x22, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d]),
    'a raw NUL in a name': `{"a\0b":1${and}}`,
    'an unknown field': `{"unknown":1${and}}`,
    'an unknown field of an empty name': `{"":1${and}}`,
    'the name __proto__': `{"__proto__":{"role":"operator"}${and}}`,
    'the name constructor': `{"constructor":{"prototype":{"role":"operator"}}${and}}`,
    'a name twice': `{"${name}":1,"${name}":2}`,
    'a good name twice, with the same good value': `{${inside},${JSON.stringify(name)}:${JSON.stringify(good[name])}}`,
    'a good name twice, once escaped': `{${inside},"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}":${JSON.stringify(good[name])}}`,
    'a name twice, once escaped': `{"a":1,"\\u0061":2${and}}`,
    'a name twice, deep inside': `{"x":[{"a":1,"a":2}]${and}}`,
    'depth 17': `{"mode":${'['.repeat(17)}${']'.repeat(17)}${and}}`,
    'depth 10,000': `{"mode":${'['.repeat(10_000)}${']'.repeat(10_000)}${and}}`,
    '30,000 open brackets': '['.repeat(30_000),
    'a string of 60,000 escapes': `{"x":"${'\\"'.repeat(30_000)}"${and}}`,
    'a form': 'siteRef=ABC&state=active',
    XML: '<site/>',
  };
}

/** Values that no field of any operation takes. */
export const wrongValues: Readonly<Record<string, string>> = {
  null: 'null',
  'an empty list': '[]',
  'an empty object': '{}',
  'an empty string': '""',
  true: 'true',
  'a negative number': '-1',
  'half of one': '1.5',
  'a number beyond all': '1e999',
  'a number of 400 digits': '9'.repeat(400),
  'a NUL': '"\\u0000"',
  'half of a surrogate pair': '"\\ud800"',
  'a letter of four bytes': '"\u{1F4A5}"',
  'a very long string': JSON.stringify('a'.repeat(20_000)),
  'a separator of our keys': '"a#b"',
  'a path': '"../../etc/passwd"',
  'an object with the name __proto__': '{"__proto__":{"a":1}}',
};

/** The same body with one field spelled otherwise. */
export function withField(good: Readonly<Record<string, unknown>>, field: string, json: string): string {
  const fields = Object.entries(good).map(
    ([name, value]) => `${JSON.stringify(name)}:${name === field ? json : JSON.stringify(value)}`,
  );
  return `{${fields.join()}}`;
}
