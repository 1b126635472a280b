import { previousQuarter, quarterOf } from '../../../domain/kernel/time.ts';
import type { OperationId } from '../../../lambdas/operations.ts';
import type { WireAnswer } from '../../platform/request/wire.ts';
import { sampleManifest } from '../vectors/sample-manifest.ts';
import { firstMoment } from './first-moment.ts';
import { alertIdOf } from './ledger.ts';
import { newKeyPair } from './server.ts';
import { lately, policyOf, type Tenant, type TenantResources } from './tenants.ts';

/** How an operation addresses a resource, and which callers may use it by docs/rules.md 3.11, stated apart from the code under test. */
export interface Row {
  aim(target: TenantResources, caller: Tenant): Readonly<Record<string, unknown>>;
  may(caller: Tenant, target: TenantResources): boolean;
  /** what must be so before it can succeed, done by the caller who may */
  arrange?(caller: Tenant): Promise<unknown>;
  /** what counts as success @default the status */
  succeeds?(answer: WireAnswer): boolean;
}

const isOperator = ({ role }: Tenant) => role === 'operator';
const isFinance = ({ role }: Tenant) => role === 'finance';
const isApplication = ({ role }: Tenant) => role === 'application';
const inOrg = (caller: Tenant, { org }: TenantResources) => caller.org === org;
const owns = (caller: Tenant, target: TenantResources) => inOrg(caller, target) && caller.app === target.app;
/** `lone` alone has a list of enterprises, an empty one: it sees what it made */
const seesEnterprise = (caller: Tenant, target: TenantResources) =>
  inOrg(caller, target) && !isFinance(caller) && (caller.app !== 'lone' || target.maker === 'lone');
const enforcesFor = (caller: Tenant, target: TenantResources) =>
  caller.org === 'hub' && caller.app === 'hwf' && target.app === 'boost';
const reads = (caller: Tenant, target: TenantResources) =>
  seesEnterprise(caller, target) && (isOperator(caller) || owns(caller, target) || enforcesFor(caller, target));
const changes = (caller: Tenant, target: TenantResources) =>
  inOrg(caller, target) && (isOperator(caller) || owns(caller, target));
/** the names of applications are of each Org */
const namesIn = { hub: ['hwf', 'boost', 'lone'], core: ['hwf'], lab: ['alpha'] };
const isNamed = (caller: Tenant, target: TenantResources) =>
  Object.entries(namesIn).some(([org, names]) => org === caller.org && names.includes(target.app));

const quarter = previousQuarter(quarterOf(firstMoment));
const quarterBefore = previousQuarter(quarter);
const quarterReopened = previousQuarter(quarterBefore);

let made = 0;
const publicKey = () => newKeyPair().jwk;

/** A row for every operation: a new one without a row does not compile. */
export const rows = {
  'create-site': {
    aim: ({ enterpriseId }) => ({ enterpriseId, siteRef: `N${++made}`, state: 'active', mode: 'production' }),
    may: (caller, target) => isApplication(caller) && seesEnterprise(caller, target),
  },
  'update-site': { aim: ({ siteId }) => ({ siteId, siteRef: `N${++made}` }), may: changes },
  'delete-site': { aim: ({ siteId }) => ({ siteId }), may: owns },
  'refresh-key': { aim: ({ siteId, siteKey: key }) => ({ siteId, key }), may: owns },
  'check-validity': {
    aim: ({ siteKey: key }) => ({ key }),
    may: reads,
    succeeds: ({ body }) => body.reason !== 'key-unknown',
  },
  'get-site': { aim: ({ siteId }) => ({ siteId }), may: reads },
  'list-sites': { aim: ({ enterpriseId }) => ({ enterpriseId, limit: 100 }), may: seesEnterprise },
  'reissue-key': { aim: ({ siteId }) => ({ siteId }), may: changes },
  'create-enterprise': {
    aim: ({ app: application }) => ({ application }),
    may: (caller, target) => (isOperator(caller) ? isNamed(caller, target) : caller.app === target.app),
  },
  'get-enterprise': { aim: ({ enterpriseId }) => ({ enterpriseId }), may: seesEnterprise },
  'update-enterprise': {
    aim: ({ enterpriseId }) => ({ enterpriseId, configurationUsersLimit: 30 }),
    may: (caller, target) => isOperator(caller) && inOrg(caller, target),
  },
  'rotate-enterprise-signing-key': {
    aim: ({ enterpriseId }) => ({ enterpriseId, reason: 'scheduled' }),
    may: (caller, target) => isOperator(caller) && inOrg(caller, target),
  },
  'refresh-enterprise-key': { aim: ({ enterpriseId, enterpriseKey: key }) => ({ enterpriseId, key }), may: owns },
  'reissue-enterprise-key': {
    aim: ({ enterpriseId, app }, caller) => ({ enterpriseId, application: isOperator(caller) ? app : caller.app }),
    may: seesEnterprise,
  },
  'register-application': {
    aim: () => ({ application: `made-${++made}`, publicKey: publicKey(), policy: { modes: ['dev'] } }),
    may: isOperator,
  },
  'update-application': {
    aim: ({ app: applicationId }) => ({ applicationId, policy: policyOf[applicationId] ?? { modes: ['production'] } }),
    may: (caller, target) => isOperator(caller) && isNamed(caller, target),
  },
  'rotate-application-key': {
    aim: ({ app: applicationId }) => ({ applicationId, publicKey: publicKey() }),
    may: (caller, target) => isOperator(caller) && isNamed(caller, target),
  },
  'get-own-application': { aim: () => ({}), may: () => true },
  'list-audit-events': {
    aim: ({ siteId: site, enterpriseId: enterprise, app: application }) => ({ site, enterprise, application }),
    may: (caller, target) => isOperator(caller) && inOrg(caller, target),
  },
  'send-alert': {
    aim: ({ siteId }) => ({ siteId, reason: 'deleted', seenAt: lately() }),
    may: reads,
  },
  'list-alerts': {
    aim: ({ siteId: site, enterpriseId: enterprise, app: application }) => ({ site, enterprise, application }),
    may: (caller, target) => isOperator(caller) && inOrg(caller, target),
  },
  'acknowledge-alert': {
    aim: ({ siteId, day }) => ({ alertId: alertIdOf(day, `dormant#site:${siteId}`) }),
    may: (caller, target) => isOperator(caller) && inOrg(caller, target),
  },
  'submit-manifest': {
    aim: ({ enterpriseId }) => ({ quarter, ...sampleManifest([{ enterpriseId, production: 1 }]) }),
    may: (caller, target) => isApplication(caller) && seesEnterprise(caller, target),
  },
  'get-aggregate-stats': {
    aim: ({ app: application }) => ({ quarter, application }),
    may: (caller, target) => (isOperator(caller) ? isNamed(caller, target) : caller.app === target.app),
  },
  'erase-admin': { aim: ({ app }) => ({ email: `${app}@example.com` }), may: isOperator },
  'list-admins': { aim: ({ app: application }) => ({ quarter, application }), may: isFinance },
  'make-statement': { aim: () => ({ quarter: quarterBefore }), may: isOperator },
  'reopen-quarter': {
    aim: () => ({ quarter: quarterReopened, reason: 'dispute-settled', ticket: 'FIN-18' }),
    may: isOperator,
    arrange: async ({ client }) => await client.call('make-statement', { quarter: quarterReopened }),
  },
  'get-trust': { aim: () => ({}), may: () => true },
  'get-jwks': { aim: () => ({}), may: () => true },
} as const satisfies Record<OperationId, Row>;
