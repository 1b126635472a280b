import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { Alarms } from '../monitoring/alarms.ts';
import type { StageSettings } from '../stages.ts';
import type { ManagedRuleGroup, ManagedRules } from '../traffic-settings.ts';
import { problemText, tooManyRequests } from './gateway-problems.ts';

export interface FirewallProps {
  readonly stage: StageSettings;
  readonly alarms: Alarms;
  /** ARN of the API's stage */
  readonly protects: string;
}

/**
 * Rules of AWS that always only count, by rule group. Bodies are up to 1 MB: a reference or a token that resembles an attack must not be
 * blocked. The handlers limit, verify and parse every body themselves.
 */
const groups = {
  AWSManagedRulesCommonRuleSet: [
    'SizeRestrictions_BODY',
    'CrossSiteScripting_BODY',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
    'EC2MetaDataSSRF_BODY',
    'NoUserAgent_HEADER',
  ],
  AWSManagedRulesKnownBadInputsRuleSet: ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY'],
} as const satisfies Record<ManagedRuleGroup, readonly string[]>;
const groupNames = ['AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet'] as const;

/** The firewall before the API: rates per IP address, and AWS's common rules. */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, { stage, alarms, protects }: FirewallProps) {
    super(scope, id);
    const name = `license-server-${stage.name}`;
    const acl = new CfnWebACL(this, 'Acl', {
      name,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility(name),
      customResponseBodies: {
        'too-many-requests': { contentType: 'APPLICATION_JSON', content: problemText(tooManyRequests) },
      },
      rules: [
        rateRule(0, 'unsigned', stage.firewall.unsigned, { notStatement: { statement: hasSignatureInput } }),
        rateRule(1, 'signed', stage.firewall.signed, hasSignatureInput),
        ...groupNames.map((group, index) => managedRule(2 + index, group, stage.firewall.managedRules)),
      ],
    });
    new CfnWebACLAssociation(this, 'Association', { resourceArn: protects, webAclArn: acl.attrArn });
    alarms.raise(this, 'Blocked', {
      name: 'requests-blocked',
      metric: new Metric({
        namespace: 'AWS/WAFV2',
        metricName: 'BlockedRequests',
        dimensionsMap: { WebACL: name, Region: stage.region, Rule: 'ALL' },
        statistic: Stats.SUM,
      }),
      atLeast: 100,
      periods: 3,
      impact: 'The firewall blocks many requests: an attack, or an application that cannot renew its keys.',
      anchor: 'requests-blocked',
    });
  }
}

/** Matches requests with the header of a signature, which the handler verifies. */
const hasSignatureInput: CfnWebACL.StatementProperty = {
  sizeConstraintStatement: {
    fieldToMatch: { singleHeader: { Name: 'signature-input' } },
    comparisonOperator: 'GT',
    size: 0,
    textTransformations: [{ priority: 0, type: 'NONE' }],
  },
};

function rateRule(
  priority: number,
  kind: string,
  limit: number,
  scopeDownStatement: CfnWebACL.StatementProperty,
): CfnWebACL.RuleProperty {
  const { status, retryAfter } = tooManyRequests;
  return {
    name: `rate-${kind}`,
    priority,
    action: {
      block: {
        customResponse: {
          responseCode: status,
          customResponseBodyKey: 'too-many-requests',
          responseHeaders: [{ name: 'Retry-After', value: String(retryAfter) }],
        },
      },
    },
    visibilityConfig: visibility(`rate-${kind}`),
    statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit, evaluationWindowSec: 300, scopeDownStatement } },
  };
}

/** Counts what the group matches, or blocks it by a pinned version (docs/adr/0028-the-rules-of-aws-count-first.md). */
function managedRule(priority: number, name: ManagedRuleGroup, rules: ManagedRules): CfnWebACL.RuleProperty {
  const ruleActionOverrides = groups[name].map(rule => ({ name: rule, actionToUse: { count: {} } }));
  const version = rules.action === 'block' && { version: rules.versions[name] };
  return {
    name,
    priority,
    overrideAction: rules.action === 'block' ? { none: {} } : { count: {} },
    visibilityConfig: visibility(name),
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name, ...version, ruleActionOverrides } },
  };
}

/** Enables metrics without samples, which would show the headers of signed requests. */
function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}
