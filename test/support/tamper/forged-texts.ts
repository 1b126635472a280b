import { hub, hubLink, leaf, leafOf, site, stranger, suezLink, veolia, veoliaKey, veoliaLink } from './chain-world.ts';
import { claims, days, encoded, jws, now, respelled, token } from './chains.ts';
import { above, head, header, payload, signature, under } from './genuine-leaf.ts';

const without = (name: string) =>
  Object.fromEntries(Object.entries(claims.siteKey(veolia)).filter(([key]) => key !== name));

const missing = Object.fromEntries(
  Object.keys(claims.siteKey(veolia)).map(name => [
    `no ${name}`,
    under(token('site-key+jwt', without(name), veoliaKey)),
  ]),
);

export const forgedContents = {
  ...missing,
  'an unknown claim': under(leafOf({ admin: true })),
  'a state in the claims': under(leafOf({ state: 'active' })),
  'an unknown claim in a link': {
    token: `${leaf}~${token('enterprise-link+jwt', claims.enterpriseLink(veolia, veoliaKey, { may: 'all' }), hub)}~${hubLink}`,
  },
  'a private member in cnf': {
    token: `${leaf}~${token('enterprise-link+jwt', claims.enterpriseLink(veolia, veoliaKey, { cnf: { jwk: { ...veoliaKey.jwk, d: 'AA' } } }), hub)}~${hubLink}`,
  },
  'a link without cnf': {
    token: `${leaf}~${token('enterprise-link+jwt', claims.enterpriseLink(veolia, veoliaKey, { cnf: undefined }), hub)}~${hubLink}`,
  },
  'an exp of infinity': under(
    jws(header, JSON.stringify(claims.siteKey(veolia)).replace(/"exp":\d+/, '"exp":1e999'), veoliaKey),
  ),
  'an exp as text': under(leafOf({ exp: String(now + days) })),
  'a negative nbf': under(leafOf({ nbf: -1 })),
  'generation 0': under(leafOf({ gen: 0 })),
  'mode proxy': under(leafOf({ mode: 'proxy' })),
  'claims that are a list': under(jws(header, '[]', veoliaKey)),
  'claims that are no JSON': under(jws(header, 'not json', veoliaKey)),
  'claims with a byte order mark': under(jws(header, `\uFEFF${JSON.stringify(claims.siteKey(veolia))}`, veoliaKey)),
  'a site id of a stranger': under(leafOf({ sub: `site:${stranger}-aaaaaaaaaaaaaaaaa` })),
  'the same leaf signed for another exp': under(
    `${head}.${encoded(claims.siteKey(veolia, { exp: now + 31 * days }))}.${signature}`,
  ),
};

const lastChanged = (text: string) => text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A');
const unusedBits = (text: string) => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + letters.charAt(letters.indexOf(text.slice(-1)) ^ 1);
};

/** Some signature has a letter that the two alphabets spell differently. */
function inStandardAlphabet(): string {
  for (let gen = 1; ; gen++) {
    const text = leafOf({ gen });
    if (/[-_][^.]*$/.test(text)) return text.replaceAll('-', '+').replaceAll('_', '/');
  }
}

export const forgedSpellings = {
  'a padded signature': under(`${leaf}==`),
  'trailing bits in the signature': under(unusedBits(leaf)),
  'trailing bits in the signature of a link': { token: `${leaf}~${unusedBits(veoliaLink)}~${hubLink}` },
  'trailing bits in the signature of the org link': { token: `${leaf}~${veoliaLink}~${unusedBits(hubLink)}` },
  'a padded payload': under(`${head}.${payload}=.${signature}`),
  'a padded header': under(`${head}=.${payload}.${signature}`),
  'the standard alphabet, padded': under(
    `${head}.${payload}.${Buffer.from(signature, 'base64url').toString('base64')}`,
  ),
  'the standard alphabet': under(inStandardAlphabet()),
  'a blank inside': under(`${head}.${payload} .${signature}`),
  'a line feed inside': under(`${head}.${payload}\n.${signature}`),
  'a blank at the end': { token: `${site} ` },
  'a blank at the start': { token: ` ${site}` },
  'a line feed at the end': { token: `${site}\n` },
  'a NUL at the end': { token: `${site}\0` },
  'another last character': { token: lastChanged(site) },
  'an empty part at the end': { token: `${site}~` },
  'an empty part at the start': { token: `~${site}` },
  'an empty part between': { token: `${leaf}~~${above}` },
  'the org link twice': { token: `${site}~${hubLink}` },
  'a part too many': { token: `${leaf}~${suezLink}~${above}` },
  'no org link': { token: `${leaf}~${veoliaLink}` },
  'the leaf alone': { token: leaf },
  nothing: { token: '' },
  'tildes alone': { token: '~~' },
  'dots alone': { token: '..~..~..' },
  'two dots together': under(`${head}..${payload}.${signature}`),
  'a fourth part': under(`${leaf}.${signature}`),
  'a dot at the end': under(`${leaf}.`),
  'a short signature': under(`${head}.${payload}.${signature.slice(0, -4)}`),
  'a long signature': under(
    `${head}.${payload}.${Buffer.concat([Buffer.from(signature, 'base64url'), Buffer.alloc(1)]).toString('base64url')}`,
  ),
  'more than 4,096 characters': under(
    jws(header, `${JSON.stringify(claims.siteKey(veolia))}${' '.repeat(4096)}`, veoliaKey),
  ),
  'a genuine key behind 4,096 tildes': { token: `${'~'.repeat(4096)}${site}` },
  'a respelled signature on other claims': under(
    respelled(`${head}.${encoded(claims.siteKey(veolia, { gen: 2 }))}.${signature}`),
  ),
};
