import * as z from 'zod';
import { defaultKmsQuotas, throttleFaults } from '../../lib/api/throttles.ts';
import { type StageSettings, stages } from '../../lib/stages.ts';
import { deploy, rows } from './support/deployment.ts';

const Setting = z.looseObject({
  HttpMethod: z.string(),
  ResourcePath: z.string(),
  ThrottlingRateLimit: z.number(),
  ThrottlingBurstLimit: z.number(),
});

/** The limit of each method of a deployed stage: its own, or that of the stage. */
function limitsOf(stage: StageSettings): Map<string, z.infer<typeof Setting>> {
  const { MethodSettings } = deploy(stage).all('AWS::ApiGateway::Stage')[0]?.properties ?? {};
  const settings = z.array(Setting).parse(MethodSettings);
  const own = ({ method, path }: { method: string; path: string }) =>
    settings.find(
      ({ HttpMethod, ResourcePath }) => HttpMethod === method && ResourcePath === `/${path.replaceAll('/', '~1')}`,
    );
  const ofStage = settings.find(({ HttpMethod, ResourcePath }) => HttpMethod === '*' && ResourcePath === '/*');
  return new Map(
    Object.entries(rows.operations).map(([row, operation]) => [row, Setting.parse(own(operation) ?? ofStage)]),
  );
}

/** KMS signatures of one request, counted by the calls that the operations make: a certifier signs once for each call. */
const signatures: Record<string, number> = {
  'create-site': 1,
  'refresh-key': 1,
  'reissue-key': 1,
  'create-enterprise': 2,
  'rotate-enterprise-signing-key': 1,
  'refresh-enterprise-key': 1,
  'reissue-enterprise-key': 1,
  'get-own-application': 1,
  'make-statement': 1,
};

test.each(Object.values(stages))('$name: all methods at their limits stay below what KMS signs and creates', stage => {
  const limits = limitsOf(stage);
  const used = (weight: (row: string) => number) =>
    [...limits].reduce((sum, [row, { ThrottlingRateLimit }]) => sum + weight(row) * ThrottlingRateLimit, 0);
  expect(used(row => signatures[row] ?? 0)).toBeLessThanOrEqual(0.9 * defaultKmsQuotas.signatures);
  expect(used(row => Number(rows.operations[row]?.grants.makesEnterpriseKeys ?? 0))).toBeLessThanOrEqual(
    0.9 * defaultKmsQuotas.createdKeys,
  );
});

test('what does not sign has the limit of the stage', () => {
  const limits = limitsOf(stages.prod);
  for (const row of ['check-validity', 'get-site', 'list-sites', 'get-trust'])
    expect(limits.get(row)).toMatchObject({ ThrottlingRateLimit: 2_000, ThrottlingBurstLimit: 4_000 });
});

const throttling = stages.prod.throttling;
const generous = { ...stages.prod, throttling: { ...throttling, signing: { requestsPerSecond: 2_000, burst: 4_000 } } };

test('a stage that lets in more signing requests than KMS signs is refused at synth, with the arithmetic', () => {
  expect(() => deploy(generous)).toThrow(
    'throttling: 14006 signatures per second at most, of 900 (90 % of kmsQuotas.signatures)',
  );
});

test('a stage that lets in more requests for keys than KMS creates is refused', () => {
  const creating = { ...throttling, creatingKeys: { requestsPerSecond: 3, burst: 3 } };
  expect(throttleFaults({ ...stages.prod, throttling: creating }, rows.operations)).toEqual([
    'throttling: 6 createdKeys per second at most, of 4.5 (90 % of kmsQuotas.createdKeys)',
  ]);
});

test('a raised quota of KMS lets more in', () => {
  expect(throttleFaults({ ...generous, kmsQuotas: { signatures: 20_000, createdKeys: 5 } }, rows.operations)).toEqual(
    [],
  );
});
