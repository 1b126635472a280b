import { AwsSolutionsChecks } from 'cdk-nag';
import type { Operation } from '../../lambdas/platform/area.ts';
import type { Rows } from '../../lib/license-server.ts';
import { type StageSettings, stages } from '../../lib/stages.ts';
import { type Deployment, deploy, rows } from './support/deployment.ts';
import { everyGrant } from './support/every-grant.ts';

const perStack = 500;
const countOf = ({ templates }: Deployment) =>
  [...templates].map(([stack, { Resources }]) => [stack, Object.keys(Resources).length] as const);

test('sixty operations fit: no stack comes near the 500 resources that it may hold', () => {
  const [any] = Object.values(rows.operations);
  if (!any) throw new Error('there are no operations');
  const sixty = Object.fromEntries(
    Array.from({ length: 60 }, (_, i): [string, Operation] => [
      `synthetic-${i}`,
      { ...any, method: 'POST', path: `/v1/things-${i}/{id}/act` },
    ]),
  );
  const kmsQuotas = { signatures: 100_000, createdKeys: 5 };
  const counts = countOf(deploy({ ...stages.prod, kmsQuotas }, { ...rows, operations: sixty }));
  expect(counts.filter(([, count]) => count >= perStack)).toEqual([]);
});

const everything: StageSettings = {
  ...stages.prod,
  tracing: true,
  tags: { 'cost-center': '4711' },
  reservedConcurrency: { 'refresh-key': 20 },
  financePrincipals: ['arn:aws:iam::111122223333:role/accounting'],
  alertEmails: [{ address: 'on-call@a-stack.example', attributes: { reason: ['possible-clone'] } }],
};

const looked: { what: string; stage: StageSettings; made: Rows }[] = [
  ...Object.values(stages).map(stage => ({ what: stage.name, stage, made: rows })),
  { what: 'prod with every grant, and finance,', stage: everything, made: everyGrant },
];

test.each(looked)('$what has no finding of cdk-nag that is not acknowledged with a reason', ({ stage, made }) => {
  const { app } = deploy(stage, made);
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  expect(
    violations.map(({ ruleName, violatingResources }) => [
      ruleName,
      violatingResources.map(({ constructPath }) => constructPath),
    ]),
  ).toEqual([]);
});

test('a domain of its own replaces the address that API Gateway gives', () => {
  const domain = {
    name: 'license.a-stack.example',
    certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/6d4a2c1e',
  };
  const deployment = deploy({ ...stages.prod, domain });
  expect(deployment.all('AWS::ApiGateway::RestApi')[0]?.properties.DisableExecuteApiEndpoint).toBe(true);
  expect(deployment.all('AWS::ApiGateway::DomainName').map(({ properties }) => properties)).toMatchObject([
    {
      DomainName: domain.name,
      RegionalCertificateArn: domain.certificateArn,
      SecurityPolicy: 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
    },
  ]);
});

test('a second Org gets its key, its secrets and its set-up, and leaves the first as it is', () => {
  const twoOrgs: StageSettings = { ...stages.dev, orgs: ['hub', 'boost'] };
  const [one, two] = [deploy(stages.dev), deploy(twoOrgs)];
  const added = (type: string) =>
    two.all(type).filter(({ logicalId }) => !one.all(type).some(before => before.logicalId === logicalId));
  expect(
    ['AWS::KMS::Key', 'AWS::SecretsManager::Secret', 'Custom::SetUpTrust', 'Custom::SetUpOrg'].map(type => [
      type,
      added(type).map(({ path }) => path),
    ]),
  ).toEqual([
    ['AWS::KMS::Key', ['trust/Chain/Org-boost']],
    ['AWS::SecretsManager::Secret', ['store/Secrets/responder-boost', 'store/Secrets/operator-boost']],
    ['Custom::SetUpTrust', ['trust/Chain/SetUpTrust/boost/Default']],
    ['Custom::SetUpOrg', ['trust/Chain/SetUpOrg/boost/Default']],
  ]);
  expect(two.all('AWS::KMS::Key')).toHaveLength(one.all('AWS::KMS::Key').length + 1);
});

test('every resource that can be tagged carries what the costs are allocated by', () => {
  const deployment = deploy({ ...stages.prod, tags: { 'cost-center': '4711', owner: 'licensing' } });
  const taggable = [
    'AWS::KMS::Key',
    'AWS::Lambda::Function',
    'AWS::S3::Bucket',
    'AWS::SNS::Topic',
    'AWS::ApiGateway::Stage',
  ];
  for (const type of taggable)
    for (const { properties } of deployment.all(type))
      expect(properties.Tags).toEqual(
        expect.arrayContaining([
          { Key: 'application', Value: 'license-server' },
          { Key: 'cost-center', Value: '4711' },
          { Key: 'owner', Value: 'licensing' },
          { Key: 'stage', Value: 'prod' },
        ]),
      );
});
