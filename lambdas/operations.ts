import type { Grants } from './grants.ts';
import { acknowledgeAlert } from './operations/acknowledge-alert/schema.ts';
import { checkValidity } from './operations/check-validity/schema.ts';
import { createEnterprise } from './operations/create-enterprise/schema.ts';
import { createSite } from './operations/create-site/schema.ts';
import { deleteSite } from './operations/delete-site/schema.ts';
import { eraseAdmin } from './operations/erase-admin/schema.ts';
import { getAggregateStats } from './operations/get-aggregate-stats/schema.ts';
import { getEnterprise } from './operations/get-enterprise/schema.ts';
import { getJwks } from './operations/get-jwks/schema.ts';
import { getOwnApplication } from './operations/get-own-application/schema.ts';
import { getSite } from './operations/get-site/schema.ts';
import { getTrust } from './operations/get-trust/schema.ts';
import { listAdmins } from './operations/list-admins/schema.ts';
import { listAlerts } from './operations/list-alerts/schema.ts';
import { listAuditEvents } from './operations/list-audit-events/schema.ts';
import { listSites } from './operations/list-sites/schema.ts';
import { makeStatement } from './operations/make-statement/schema.ts';
import { refreshEnterpriseKey } from './operations/refresh-enterprise-key/schema.ts';
import { refreshKey } from './operations/refresh-key/schema.ts';
import { registerApplication } from './operations/register-application/schema.ts';
import { reissueEnterpriseKey } from './operations/reissue-enterprise-key/schema.ts';
import { reissueKey } from './operations/reissue-key/schema.ts';
import { reopenQuarter } from './operations/reopen-quarter/schema.ts';
import { rotateApplicationKey } from './operations/rotate-application-key/schema.ts';
import { rotateEnterpriseSigningKey } from './operations/rotate-enterprise-signing-key/schema.ts';
import { sendAlert } from './operations/send-alert/schema.ts';
import { submitManifest } from './operations/submit-manifest/schema.ts';
import { updateApplication } from './operations/update-application/schema.ts';
import { updateEnterprise } from './operations/update-enterprise/schema.ts';
import { updateSite } from './operations/update-site/schema.ts';
import type { Contract } from './pipeline/contract.ts';

/** One operation: its route, its promise, its rights. The row's name is the folder, the Lambda, the log field, the CLI command. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly contract: Contract;
  readonly summary: string;
  readonly grants: Grants;
}

/** The table that drives everything: routes, Lambdas, roles, alarms, OpenAPI, SDK, CLI, docs, tests. */
export const operations = {
  'create-site': {
    method: 'POST',
    path: '/v1/sites',
    contract: createSite,
    summary: 'Creates a site and its first key',
    grants: {
      table: { GetItem: ['P', 'I', 'E', 'O'], PutItem: ['I', 'E'], UpdateItem: ['E', 'O'] },
      signsAsEnterprise: true,
    },
  },
  'update-site': {
    method: 'PATCH',
    path: '/v1/sites/{siteId}',
    contract: updateSite,
    summary: 'Changes the state or the reference of a site; operators suspend, reinstate, make it a proxy',
    grants: { table: { GetItem: ['P', 'I', 'E', 'W'], PutItem: ['I', 'E'], UpdateItem: ['E', 'O', 'N'] } },
  },
  'delete-site': {
    method: 'DELETE',
    path: '/v1/sites/{siteId}',
    contract: deleteSite,
    summary: 'Ends the license of a site, finally',
    grants: { table: { GetItem: ['P', 'I', 'E', 'W'], PutItem: ['I', 'E'], UpdateItem: ['E', 'O', 'N'] } },
  },
  'refresh-key': {
    method: 'POST',
    path: '/v1/sites/{siteId}/key',
    contract: refreshKey,
    summary: 'Replaces the current key of a site by the next one, monthly; promotes a dev site to production',
    grants: {
      table: { GetItem: ['P', 'E', 'O'], PutItem: ['I', 'E'], UpdateItem: ['O', 'N'] },
      signsAsEnterprise: true,
    },
  },
  'check-validity': {
    method: 'POST',
    path: '/v1/validity',
    contract: checkValidity,
    summary: 'Tells whether a key is good, why not, and until when the answer may be cached',
    grants: { table: { GetItem: ['P', 'E', 'O'], UpdateItem: ['N'] }, readsSecrets: ['responder'] },
  },
  'get-site': {
    method: 'GET',
    path: '/v1/sites/{siteId}',
    contract: getSite,
    summary: 'Shows a site',
    grants: { table: { GetItem: ['P', 'E'] } },
  },
  'list-sites': {
    method: 'GET',
    path: '/v1/enterprises/{enterpriseId}/sites',
    contract: listSites,
    summary: 'Lists the sites of an enterprise, a page at a time',
    grants: { table: { GetItem: ['P', 'E'], Query: ['E'] } },
  },
  'reissue-key': {
    method: 'POST',
    path: '/v1/sites/{siteId}/key/reissue',
    contract: reissueKey,
    summary: 'Replaces a lost key of a site; a person hears of it',
    grants: {
      table: { GetItem: ['P', 'I', 'E', 'O', 'W'], PutItem: ['I', 'E'], UpdateItem: ['O', 'N'] },
      signsAsEnterprise: true,
    },
  },
  'create-enterprise': {
    method: 'POST',
    path: '/v1/enterprises',
    contract: createEnterprise,
    summary: 'Creates an enterprise, its KMS key, its link, and its first enterprise key',
    grants: {
      table: { GetItem: ['P', 'I', 'E', 'O'], PutItem: ['I', 'E', 'O'], UpdateItem: ['P', 'O'] },
      signsAsEnterprise: true,
      makesEnterpriseKeys: true,
      invokes: ['certify'],
    },
  },
  'get-enterprise': {
    method: 'GET',
    path: '/v1/enterprises/{enterpriseId}',
    contract: getEnterprise,
    summary: 'Shows an enterprise',
    grants: { table: { GetItem: ['P', 'E'] } },
  },
  'update-enterprise': {
    method: 'PATCH',
    path: '/v1/enterprises/{enterpriseId}',
    contract: updateEnterprise,
    summary: 'Suspends or reinstates an enterprise, sets its limits',
    grants: { table: { GetItem: ['P', 'I', 'E'], PutItem: ['I', 'E'], UpdateItem: ['O'] } },
  },
  'rotate-enterprise-signing-key': {
    method: 'POST',
    path: '/v1/enterprises/{enterpriseId}/signing-key',
    contract: rotateEnterpriseSigningKey,
    summary: 'Replaces the KMS key that signs the keys of an enterprise; what the former signed goes on until it ends',
    grants: {
      table: { GetItem: ['P', 'I', 'E', 'O'], PutItem: ['I', 'E'] },
      makesEnterpriseKeys: true,
      disablesEnterpriseKeys: true,
      invokes: ['certify'],
    },
  },
  'refresh-enterprise-key': {
    method: 'POST',
    path: '/v1/enterprises/{enterpriseId}/key',
    contract: refreshEnterpriseKey,
    summary: 'Replaces the current key of an enterprise for the calling application by the next one',
    grants: { table: { GetItem: ['P', 'E', 'O'], PutItem: ['I', 'E'], UpdateItem: ['N'] }, signsAsEnterprise: true },
  },
  'reissue-enterprise-key': {
    method: 'POST',
    path: '/v1/enterprises/{enterpriseId}/key/reissue',
    contract: reissueEnterpriseKey,
    summary: 'Replaces a lost enterprise key, or gives an application its first one',
    grants: {
      table: { GetItem: ['P', 'I', 'E', 'O'], PutItem: ['I', 'E'], UpdateItem: ['N', 'O'] },
      signsAsEnterprise: true,
    },
  },
  'register-application': {
    method: 'POST',
    path: '/v1/applications',
    contract: registerApplication,
    summary: 'Registers an application, its public key and its policy',
    grants: { table: { GetItem: ['P', 'I'], PutItem: ['I', 'P'] } },
  },
  'update-application': {
    method: 'PATCH',
    path: '/v1/applications/{applicationId}',
    contract: updateApplication,
    summary: 'Replaces the policy of an application; suspends or reinstates it',
    grants: { table: { GetItem: ['P', 'I'], PutItem: ['I', 'P'] } },
  },
  'rotate-application-key': {
    method: 'POST',
    path: '/v1/applications/{applicationId}/keys',
    contract: rotateApplicationKey,
    summary: 'Registers a new public key of an application and ends the old ones after an overlap',
    grants: { table: { GetItem: ['P', 'I'], PutItem: ['I', 'P'] } },
  },
  'get-own-application': {
    method: 'GET',
    path: '/v1/applications/self',
    contract: getOwnApplication,
    summary: 'Shows the calling application to itself, with a token that proves its keys to others',
    grants: { table: { GetItem: ['P', 'O'] }, invokes: ['certify'] },
  },
  'list-audit-events': {
    method: 'GET',
    path: '/v1/audit',
    contract: listAuditEvents,
    summary: 'Lists what was changed, by whom and when',
    grants: { table: { GetItem: ['P'], Query: ['A'] } },
  },
  'send-alert': {
    method: 'POST',
    path: '/v1/alerts',
    contract: sendAlert,
    summary: 'Reports a key that a client saw and found not good',
    grants: { table: { GetItem: ['P', 'I', 'E'], PutItem: ['I'], UpdateItem: ['N'] } },
  },
  'list-alerts': {
    method: 'GET',
    path: '/v1/alerts',
    contract: listAlerts,
    summary: 'Lists alerts, newest day first, a page at a time',
    grants: { table: { GetItem: ['P'], Query: ['N'] } },
  },
  'acknowledge-alert': {
    method: 'POST',
    path: '/v1/alerts/{alertId}/acknowledgement',
    contract: acknowledgeAlert,
    summary: 'Notes that somebody takes care of an alert',
    grants: { table: { GetItem: ['P', 'I', 'N'], PutItem: ['I', 'N'], UpdateItem: ['N'] } },
  },
  'submit-manifest': {
    method: 'PUT',
    path: '/v1/stats/{quarter}/manifest',
    contract: submitManifest,
    summary: 'Takes what an application counts for a finished quarter; a later push replaces the former',
    grants: {
      table: {
        GetItem: ['P', 'I', 'E', 'Q', 'W'],
        Query: ['O'],
        PutItem: ['I', 'Q', 'D'],
        UpdateItem: ['N', 'Q'],
        ConditionCheckItem: ['Q'],
      },
      writesObjects: ['manifests'],
    },
  },
  'get-aggregate-stats': {
    method: 'GET',
    path: '/v1/stats/{quarter}',
    contract: getAggregateStats,
    summary: "Shows the server's counts of a quarter, the manifests, and each difference",
    grants: { table: { GetItem: ['P', 'Q', 'W'], Query: ['O', 'Q'] }, readsObjects: ['manifests'] },
  },
  'erase-admin': {
    method: 'POST',
    path: '/v1/admins/erase',
    contract: eraseAdmin,
    summary: 'Erases the name and the address of an application admin',
    grants: { table: { GetItem: ['P', 'I', 'D'], Query: ['D'], PutItem: ['I', 'D'], DeleteItem: ['D'] } },
  },
  'list-admins': {
    method: 'GET',
    path: '/v1/stats/{quarter}/admins',
    contract: listAdmins,
    summary: 'Lists names and addresses of application admins for finance; every read is audited',
    grants: { table: { GetItem: ['P', 'R'], Query: ['Q', 'D'], PutItem: ['I', 'R'] } },
  },
  'make-statement': {
    method: 'POST',
    path: '/v1/stats/{quarter}/statement',
    contract: makeStatement,
    summary: 'Makes the statement of a finished quarter; publishes one that is there again, to the byte',
    grants: {
      table: {
        GetItem: ['P', 'I', 'Q', 'E', 'O', 'W'],
        Query: ['O', 'Q'],
        PutItem: ['I', 'Q'],
        UpdateItem: ['Q', 'N'],
        ConditionCheckItem: ['Q'],
      },
      publishes: ['finance'],
      readsObjects: ['manifests', 'statements'],
      writesObjects: ['statements'],
      invokes: ['sign-statement'],
    },
  },
  'reopen-quarter': {
    method: 'POST',
    path: '/v1/stats/{quarter}/reopen',
    contract: reopenQuarter,
    summary: 'Opens a stated quarter again, so that its next statement is a new revision',
    grants: { table: { GetItem: ['P', 'I', 'Q'], PutItem: ['I', 'Q'] } },
  },
  'get-trust': {
    method: 'GET',
    path: '/v1/trust',
    contract: getTrust,
    summary: 'Publishes the chain of trust: Root, Orgs, responders',
    grants: { table: { GetItem: ['O'] } },
  },
  'get-jwks': {
    method: 'GET',
    path: '/.well-known/jwks.json',
    contract: getJwks,
    summary: 'Publishes the same keys as a JWK set',
    grants: { table: { GetItem: ['O'] } },
  },
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof operations;
