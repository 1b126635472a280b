import { describe, expect, it } from '@jest/globals';
import { systemRuntime } from '../../lambdas/platform/kernel/system-runtime.ts';
import { enterpriseKeyPolicy } from '../../lambdas/site-licensing/storage/enterprise-key-policy.ts';
import { localArn } from '../../local/aws/account.ts';
import { rows } from '../lib/support/deployment.ts';
import { grantsOf } from '../lib/support/row-paths.ts';
import { deployedPolicies } from '../support/aws/deployed-policies.ts';
import { type Caller, evaluate, type IamRequest, type PolicyJson } from '../support/aws/iam-evaluator.ts';

// bars.md R30, by an evaluator of IAM that is not ours.
const deployed = deployedPolicies();
const roles = localArn('iam', 'role/license-server/local');
const ofEnterprise: PolicyJson = JSON.parse(
  enterpriseKeyPolicy({
    ...systemRuntime,
    env: {
      ENTERPRISE_KEY_ADMINS: localArn('iam', 'root'),
      ENTERPRISE_KEY_SIGNERS: `${roles}/signers/*`,
      ENTERPRISE_KEY_ROLES: `${roles}/*`,
    },
  }),
);
const enterpriseKey = { arn: localArn('kms', 'key/mrk-0123456789abcdef0123456789abcdef'), policy: ofEnterprise };
const stackKey = (path: string) => {
  const arn = deployed.arnOf(path);
  return { arn, policy: deployed.resourcePolicies.get(arn) ?? { Statement: [] } };
};
const [rootKey, orgKey] = [stackKey('trust/Chain/Root'), stackKey('trust/Chain/Org-hub')];
type Key = typeof enterpriseKey;

const ofOurKind = {
  'kms:CallerAccount': '000000000000',
  'kms:KeySpec': 'ECC_NIST_P256',
  'kms:KeyUsage': 'SIGN_VERIFY',
  'kms:MultiRegion': 'true',
};
const asWeSign = { ...ofOurKind, 'kms:SigningAlgorithm': 'ECDSA_SHA_256', 'kms:MessageType': 'RAW' };
const aliased = { 'kms:ResourceAliases': ['alias/license-server/local/enterprise/hub-1'] };
const signing = (key: Key, context: IamRequest['context'] = asWeSign): IamRequest => ({
  action: 'kms:Sign',
  resource: key.arn,
  context,
});
const caller = (row: string): Caller => deployed.callers.get(row) ?? { role: `no role ${row}`, policies: [] };
const signs = async (by: Caller, key: Key, context?: IamRequest['context']) =>
  await evaluate(by, signing(key, context), key.policy);
const rowsThat = (kind: 'enterprise' | 'org' | 'root') =>
  grantsOf(rows)
    .filter(([, { signsAs, signsAsEnterprise }]) => (signsAsEnterprise ? 'enterprise' : signsAs) === kind)
    .map(([row]) => row);
const everything: PolicyJson = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
};

/** What KMS makes of a policy when the roles that it names are deleted: it keeps their unique ids, which no new role has. */
function withoutFormerRoles(policy: PolicyJson): PolicyJson {
  return JSON.parse(
    JSON.stringify(policy).replace(/"AWS":"arn:aws:iam::\d+:role\/[^"]+"/g, '"AWS":"AROAEXAMPLEEXAMPLE123"'),
  );
}

describe('signing rights follow the path of a role (bar R30)', () => {
  it.each(rowsThat('enterprise'))('%s signs as an enterprise, at once and when the alias is known', async row => {
    expect(await signs(caller(row), enterpriseKey)).toBe('Allowed');
    expect(await signs(caller(row), enterpriseKey, { ...asWeSign, ...aliased })).toBe('Allowed');
  });

  it.each([
    ...rowsThat('enterprise').map(row => [row, enterpriseKey] as const),
    ...rowsThat('org').map(row => [row, orgKey] as const),
    ...rowsThat('root').map(row => [row, rootKey] as const),
  ])('%s signs also when its role was deleted and created again', async (row, key) => {
    const policy = withoutFormerRoles(key.policy);
    expect(await evaluate(caller(row), signing(key), policy)).toBe('Allowed');
  });

  it('a signer that comes later signs with the keys that are there, and changes no policy of a key', async () => {
    const [some] = Object.values(rows.operations);
    if (!some) throw new Error('there are no operations');
    const added = { ...some, method: 'POST', path: '/v1/later', grants: { signsAsEnterprise: true } } as const;
    const later = deployedPolicies({ ...rows, operations: { ...rows.operations, 'sign-later': added } });
    const by = later.callers.get('sign-later');
    expect(by && (await signs(by, enterpriseKey))).toBe('Allowed');
    expect(later.resourcePolicies).toEqual(deployed.resourcePolicies);
  });

  it.each(['others', 'certifiers', 'root'])(
    'a role outside the path does not sign, whatever IAM says: %s',
    async kind => {
      const { policies } = caller('refresh-key');
      for (const role of [`${roles}/${kind}/x`, localArn('iam', 'role/refresh-key'), localArn('iam', 'user/someone')])
        for (const by of [
          { role, policies },
          { role, policies: [everything] },
        ])
          expect([role, await signs(by, enterpriseKey)]).toEqual([role, 'ImplicitlyDenied']);
    },
  );

  it('a role in the path of another stage does not sign', async () => {
    const role = localArn('iam', 'role/license-server/other/signers/x');
    expect(await signs({ role, policies: [everything] }, enterpriseKey)).toBe('ImplicitlyDenied');
  });

  it('a role in the path does not sign without the right in IAM', async () => {
    const { role } = caller('refresh-key');
    expect(await signs({ role, policies: caller('get-site').policies }, enterpriseKey)).toBe('ImplicitlyDenied');
  });

  it('a role signs in one way, and on its own level of the chain alone', async () => {
    const digest = { ...asWeSign, 'kms:MessageType': 'DIGEST' };
    expect(await signs(caller('refresh-key'), enterpriseKey, digest)).toBe('ImplicitlyDenied');
    for (const key of [rootKey, orgKey]) expect(await signs(caller('refresh-key'), key)).toBe('ImplicitlyDenied');
    for (const row of rowsThat('org'))
      for (const key of [rootKey, enterpriseKey]) expect(await signs(caller(row), key)).toBe('ImplicitlyDenied');
    for (const key of [orgKey, enterpriseKey])
      expect(await signs(caller('set-up-trust'), key)).toBe('ImplicitlyDenied');
  });

  it("a signer does not sign with another's key of the account that IAM policies open", async () => {
    const policy: PolicyJson = {
      Statement: [{ Effect: 'Allow', Principal: { AWS: localArn('iam', 'root') }, Action: 'kms:*', Resource: '*' }],
    };
    const foreign = { ...asWeSign, 'kms:ResourceAliases': ['alias/payments'] };
    const single = { ...asWeSign, 'kms:MultiRegion': 'false' };
    for (const context of [foreign, single])
      expect(await evaluate(caller('refresh-key'), signing(enterpriseKey, context), policy)).toBe('ImplicitlyDenied');
  });

  it.each(['kms:PutKeyPolicy', 'kms:ReplicateKey', 'kms:CreateGrant', 'kms:UpdatePrimaryRegion', 'kms:TagResource'])(
    'no role of the server may %s: not now, and not if its IAM policy allowed it',
    async action => {
      for (const [, { role, policies }] of deployed.callers)
        for (const { arn: resource, policy } of [rootKey, orgKey, enterpriseKey]) {
          const request = { action, resource, context: ofOurKind };
          expect(await evaluate({ role, policies }, request, policy)).not.toBe('Allowed');
          expect(await evaluate({ role, policies: [everything] }, request, policy)).toBe('ExplicitlyDenied');
        }
    },
  );

  it('administrators of the account manage and replicate signing keys, and do not sign', async () => {
    const admin: Caller = { role: localArn('iam', 'role/admin'), policies: [everything] };
    for (const { arn: resource, policy } of [rootKey, orgKey, enterpriseKey]) {
      const may = async (action: string, context = ofOurKind) =>
        await evaluate(admin, { action, resource, context }, policy);
      expect([await may('kms:PutKeyPolicy'), await may('kms:ReplicateKey')]).toEqual(['Allowed', 'Allowed']);
      expect(await may('kms:Sign', asWeSign)).toBe('ImplicitlyDenied');
    }
  });

  it.each(['create-enterprise', 'rotate-enterprise-signing-key'])(
    '%s creates keys of our kind without the lock-out check, and no others',
    async row => {
      const creating = {
        ...ofOurKind,
        'kms:BypassPolicyLockoutSafetyCheck': 'true',
        'kms:MultiRegionKeyType': 'PRIMARY',
      };
      const creates = async (changes: object) =>
        await evaluate(caller(row), {
          action: 'kms:CreateKey',
          resource: '*',
          context: { ...creating, ...changes },
        });
      expect(await creates({})).toBe('Allowed');
      for (const changes of [
        { 'kms:BypassPolicyLockoutSafetyCheck': 'false' },
        { 'kms:KeySpec': 'RSA_2048' },
        { 'kms:KeyUsage': 'ENCRYPT_DECRYPT' },
        { 'kms:MultiRegion': 'false' },
      ])
        expect([changes, await creates(changes)]).toEqual([changes, 'ImplicitlyDenied']);
    },
  );
});
