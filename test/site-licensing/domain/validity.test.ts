import { describe, expect, it } from '@jest/globals';
import { enterpriseKeyClaims, siteKeyClaims } from '../../../domain/site-licensing/leaf-claims.ts';
import { alertOf, decideValidity, verdictOf } from '../../../domain/site-licensing/validity.ts';
import { caller, enterpriseId, holder, hwf, jti, now, recordedKey, site } from './facts.ts';

const live = { jti: jti('B'), gen: 2 };
const valid = { valid: true };
const dead = (reason: string) => ({ valid: false, reason });
const ended = recordedKey({ expiresAt: now });

describe('the validity of a key', () => {
  it.each([
    ['is given to the recorded key', live, holder(), false, valid],
    ['is given until the last second', live, holder({ key: recordedKey({ expiresAt: now + 1 }) }), false, valid],
    ['ends with the key', live, holder({ key: ended }), false, dead('key-expired')],
    ['is not of a forged key', undefined, holder(), false, dead('key-not-genuine')],
    ['is not of a forged key, though its enterprise is suspended', undefined, holder(), true, dead('key-not-genuine')],
    ['is not of a key without a site', live, undefined, false, dead('key-unknown')],
    ['is not of a deleted site', live, holder({ status: 'deleted' }), false, dead('deleted')],
    ['is not of a deleted site of a suspended enterprise', live, holder({ status: 'deleted' }), true, dead('deleted')],
    ['is not of a suspended site', live, holder({ status: 'suspended' }), false, dead('suspended')],
    ['is not of a suspended enterprise', live, holder(), true, dead('suspended')],
    ['is not of a superseded key', { jti: jti('A'), gen: 1 }, holder(), false, dead('key-superseded')],
    ['is not of another key of that generation', { jti: jti('C'), gen: 2 }, holder(), false, dead('key-superseded')],
    ['is not of a key from the future', { jti: jti('C'), gen: 3 }, holder(), false, dead('key-unknown')],
    ['is not of a dormant site', live, holder({ status: 'dormant', key: ended }), false, dead('dormant')],
    [
      'says superseded before expired',
      { jti: jti('A'), gen: 1 },
      holder({ key: ended }),
      false,
      dead('key-superseded'),
    ],
    ['says suspended before expired', live, holder({ status: 'suspended', key: ended }), false, dead('suspended')],
  ] as const)('%s', (_title, presented, held, suspended, validity) => {
    const claims = presented && { ...siteKeyClaims(site(), held?.key ?? recordedKey()), ...presented };
    expect(decideValidity(claims, held, suspended, now)).toEqual(validity);
  });

  it.each([{ gen: 3 }, { iat: now }, { exp: now + 61 * 86_400 }, { mode: 'dev' as const }])(
    'is not of a key that has the recorded number but says %j, which the server never signed',
    lie => {
      const claims = { ...siteKeyClaims(site(), recordedKey()), ...lie };
      expect(decideValidity(claims, holder(), false, now)).toEqual(dead('key-unknown'));
    },
  );
});

const claims = siteKeyClaims(site(), recordedKey({ expiresAt: now + 600 }));
const asked = { caller: caller({ cacheSeconds: 3600 }), nonce: 'nonce', claims };

describe('a verdict', () => {
  it.each([
    ['good for as long as the policy says', recordedKey(), { valid: true }, 3600],
    ['never good beyond the key', recordedKey({ expiresAt: now + 600 }), { valid: true }, 600],
    ['short when it is a no', recordedKey(), { valid: false, reason: 'suspended' }, 60],
  ] as const)('is %s', (_title, key, validity, seconds) => {
    const verdict = verdictOf({ ...asked, claims: siteKeyClaims(site(), key) }, validity, now);
    expect(verdict).toMatchObject({ ...validity, iat: now, exp: now + seconds });
  });

  it('names who asked, what about and by which nonce; of a forged key it names nothing', () => {
    expect(verdictOf(asked, { valid: true }, now)).toMatchObject({
      aud: 'application:hub/hwf',
      nonce: 'nonce',
      jti: claims.jti,
      sub: claims.sub,
      mode: 'production',
    });
    const forged = verdictOf({ ...asked, claims: undefined }, { valid: false, reason: 'key-not-genuine' }, now);
    expect(Object.keys(forged).sort()).toEqual(['aud', 'exp', 'iat', 'nbf', 'nonce', 'reason', 'valid']);
  });
});

describe('the alert of a dead key', () => {
  it('is raised for every reason but that it is forged', () => {
    for (const reason of ['key-unknown', 'key-expired', 'key-superseded', 'suspended', 'deleted', 'dormant'] as const)
      expect(alertOf(claims, { valid: false, reason })).toEqual({ org: 'hub', reason, subject: claims.sub });
    expect(alertOf(claims, { valid: false, reason: 'key-not-genuine' })).toBeUndefined();
    expect(alertOf(claims, { valid: true })).toBeUndefined();
  });

  it('tells an enterprise’s keys for two applications apart', () => {
    const key = enterpriseKeyClaims(enterpriseId, hwf, recordedKey());
    expect(alertOf(key, { valid: false, reason: 'key-expired' })?.subject).toBe(`enterprise-key:${enterpriseId}/hwf`);
  });
});
