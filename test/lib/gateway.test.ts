import * as z from 'zod';
import { problems } from '../../lambdas/problems.ts';
import { type StageSettings, stages } from '../../lib/stages.ts';
import { deploy } from './support/deployment.ts';
import { readable } from './support/readable.ts';

// What answers before any function does: API Gateway itself, and the firewall.
const deployment = deploy(stages.dev);
const only = (type: string) => deployment.all(type)[0]?.properties ?? {};

const GatewayResponse = z.object({
  ResponseType: z.string(),
  StatusCode: z.string(),
  ResponseParameters: z.record(z.string(), z.string()),
  ResponseTemplates: z.object({ 'application/json': z.string() }),
});
const responses = deployment
  .all('AWS::ApiGateway::GatewayResponse')
  .map(({ properties }) => GatewayResponse.parse(properties));

test.each(responses.map(response => [response.ResponseType, response] as const))(
  '%s is a problem like ours',
  (_type, { StatusCode, ResponseParameters, ResponseTemplates }) => {
    const { type, title, status, instance, code, ...more } = JSON.parse(ResponseTemplates['application/json']);
    expect(ResponseParameters['gatewayresponse.header.Content-Type']).toBe("'application/problem+json'");
    expect({ type, status, instance }).toEqual({
      type: `urn:license-server:problem:${code}`,
      status: Number(StatusCode),
      instance: 'urn:request:$context.requestId',
    });
    expect(title).not.toMatch(/lambda|aws|gateway/i);
    // Nothing of what API Gateway knows gets out.
    expect(more).toEqual({});
    if (code in problems)
      expect(Object.entries(problems).find(([known]) => known === code)?.[1]).toMatchObject({ status, title });
  },
);

test('API Gateway answers in our shape whatever happens', () => {
  expect(responses.map(({ ResponseType }) => ResponseType)).toEqual(
    expect.arrayContaining([
      'DEFAULT_4XX',
      'DEFAULT_5XX',
      'THROTTLED',
      'WAF_FILTERED',
      'REQUEST_TOO_LARGE',
      'MISSING_AUTHENTICATION_TOKEN',
    ]),
  );
});

test('a function that did not answer is unavailable, also when Lambda throttled or ended it', () => {
  const ofIntegration = responses.filter(({ ResponseType }) => /^INTEGRATION_|^DEFAULT_5XX$/.test(ResponseType));
  expect(ofIntegration.map(({ StatusCode }) => StatusCode)).toEqual(['503', '503', '503']);
});

test('an answer that asks to come back later states when', () => {
  const later = responses.filter(({ StatusCode }) => ['429', '503'].includes(StatusCode));
  expect(later.length).toBeGreaterThan(0);
  expect(
    later.filter(
      ({ ResponseParameters }) => !/^'\d+'$/.test(ResponseParameters['gatewayresponse.header.Retry-After'] ?? ''),
    ),
  ).toEqual([]);
});

test('the firewall stands before the stage, limits rates, and takes no samples of signed requests', () => {
  expect(readable(deployment, 'api', only('AWS::WAFv2::WebACLAssociation').ResourceArn)).toMatch(
    /\/restapis\/<api\/Api\/Rest>\/stages\/<api\/Api\/Rest\/DeploymentStage\.dev>$/,
  );
  const { Rules } = z.object({ Rules: z.array(z.looseObject({ Name: z.string() })) }).parse(only('AWS::WAFv2::WebACL'));
  expect(Rules.map(({ Name }) => Name)).toEqual([
    'rate-unsigned',
    'rate-signed',
    'AWSManagedRulesCommonRuleSet',
    'AWSManagedRulesKnownBadInputsRuleSet',
  ]);
  expect(JSON.stringify(only('AWS::WAFv2::WebACL'))).not.toContain('"SampledRequestsEnabled":true');
});

test('no rule of the firewall that reads bodies blocks', () => {
  const counted = JSON.stringify(only('AWS::WAFv2::WebACL'));
  for (const rule of [
    'SizeRestrictions_BODY',
    'CrossSiteScripting_BODY',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
    'EC2MetaDataSSRF_BODY',
    'JavaDeserializationRCE_BODY',
    'Log4JRCE_BODY',
  ]) {
    expect(counted).toContain(`{"ActionToUse":{"Count":{}},"Name":"${rule}"}`);
  }
});

const ManagedRule = z.looseObject({
  Name: z.string(),
  OverrideAction: z.record(z.string(), z.unknown()).optional(),
  Statement: z.looseObject({ ManagedRuleGroupStatement: z.looseObject({ Version: z.string().optional() }).optional() }),
});

/** What the firewall does with each rule group of AWS, and in which version. */
function managedRulesOf(settings: StageSettings): [string, string[], string | undefined][] {
  const acl = deploy(settings).all('AWS::WAFv2::WebACL')[0]?.properties ?? {};
  return z
    .array(ManagedRule)
    .parse(acl.Rules)
    .filter(({ Statement }) => Statement.ManagedRuleGroupStatement)
    .map(({ Name, OverrideAction = {}, Statement }) => [
      Name,
      Object.keys(OverrideAction),
      Statement.ManagedRuleGroupStatement?.Version,
    ]);
}

test.each(Object.values(stages))(
  '$name counts what the rules of AWS match: their default version changes without us',
  stage => {
    expect(managedRulesOf(stage)).toEqual([
      ['AWSManagedRulesCommonRuleSet', ['Count'], undefined],
      ['AWSManagedRulesKnownBadInputsRuleSet', ['Count'], undefined],
    ]);
  },
);

test('the rules of AWS block in pinned versions only', () => {
  const versions = {
    AWSManagedRulesCommonRuleSet: 'Version_1.19',
    AWSManagedRulesKnownBadInputsRuleSet: 'Version_1.24',
  };
  const firewall = { ...stages.prod.firewall, managedRules: { action: 'block', versions } } as const;
  expect(managedRulesOf({ ...stages.prod, firewall })).toEqual([
    ['AWSManagedRulesCommonRuleSet', ['None'], 'Version_1.19'],
    ['AWSManagedRulesKnownBadInputsRuleSet', ['None'], 'Version_1.24'],
  ]);
});
