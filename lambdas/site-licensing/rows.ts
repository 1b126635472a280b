import type { Area } from '../platform/area.ts';
import { checkValidity } from './operations/check-validity/schema.ts';
import { createEnterprise } from './operations/create-enterprise/schema.ts';
import { createSite } from './operations/create-site/schema.ts';
import { deleteSite } from './operations/delete-site/schema.ts';
import { getEnterprise } from './operations/get-enterprise/schema.ts';
import { getSite } from './operations/get-site/schema.ts';
import { listSites } from './operations/list-sites/schema.ts';
import { refreshEnterpriseKey } from './operations/refresh-enterprise-key/schema.ts';
import { refreshKey } from './operations/refresh-key/schema.ts';
import { reissueEnterpriseKey } from './operations/reissue-enterprise-key/schema.ts';
import { reissueKey } from './operations/reissue-key/schema.ts';
import { rotateEnterpriseSigningKey } from './operations/rotate-enterprise-signing-key/schema.ts';
import { sendAlert } from './operations/send-alert/schema.ts';
import { updateEnterprise } from './operations/update-enterprise/schema.ts';
import { updateSite } from './operations/update-site/schema.ts';

/** Sites, enterprises and their keys. */
export const siteLicensing = {
  itemFamilies: { E: 'an enterprise with its sites, references and keys' },
  operations: {
    'create-site': {
      method: 'POST',
      path: '/v1/sites',
      contract: createSite,
      summary: 'Create a site and its first key',
      grants: {
        table: { GetItem: ['P', 'I', 'E', 'O'], PutItem: ['I', 'E'], UpdateItem: ['E', 'O'] },
        signsAsEnterprise: true,
      },
    },
    'update-site': {
      method: 'PATCH',
      path: '/v1/sites/{siteId}',
      contract: updateSite,
      summary:
        'Change the state or the reference of a site; operators also suspend it, reinstate it, or make it a proxy',
      grants: { table: { GetItem: ['P', 'I', 'E', 'W'], PutItem: ['I', 'E'], UpdateItem: ['E', 'O', 'N'] } },
    },
    'delete-site': {
      method: 'DELETE',
      path: '/v1/sites/{siteId}',
      contract: deleteSite,
      summary: 'Delete a site: its license ends, finally',
      grants: { table: { GetItem: ['P', 'I', 'E', 'W'], PutItem: ['I', 'E'], UpdateItem: ['E', 'O', 'N'] } },
    },
    'refresh-key': {
      method: 'POST',
      path: '/v1/sites/{siteId}/key',
      contract: refreshKey,
      summary: 'Replace the current key of a site by the next one, monthly; promote a dev site to production',
      grants: {
        table: { GetItem: ['P', 'E', 'O'], PutItem: ['I', 'E'], UpdateItem: ['O', 'N'] },
        signsAsEnterprise: true,
      },
    },
    'check-validity': {
      method: 'POST',
      path: '/v1/validity',
      contract: checkValidity,
      summary: 'Check whether a key is valid, why not, and how long the answer may be cached',
      grants: { table: { GetItem: ['P', 'E', 'O'], UpdateItem: ['N'] }, readsSecrets: ['responder'] },
    },
    'get-site': {
      method: 'GET',
      path: '/v1/sites/{siteId}',
      contract: getSite,
      summary: 'Show a site',
      grants: { table: { GetItem: ['P', 'E'] } },
    },
    'list-sites': {
      method: 'GET',
      path: '/v1/enterprises/{enterpriseId}/sites',
      contract: listSites,
      summary: 'List the sites of an enterprise, a page at a time',
      grants: { table: { GetItem: ['P', 'E'], Query: ['E'] } },
    },
    'reissue-key': {
      method: 'POST',
      path: '/v1/sites/{siteId}/key/reissue',
      contract: reissueKey,
      summary: 'Reissue the key of a site, when it was lost; raises an alert',
      grants: {
        table: { GetItem: ['P', 'I', 'E', 'O', 'W'], PutItem: ['I', 'E'], UpdateItem: ['O', 'N'] },
        signsAsEnterprise: true,
      },
    },
    'create-enterprise': {
      method: 'POST',
      path: '/v1/enterprises',
      contract: createEnterprise,
      summary: 'Create an enterprise, its KMS key, its link, and its first enterprise key',
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
      summary: 'Show an enterprise',
      grants: { table: { GetItem: ['P', 'E'] } },
    },
    'update-enterprise': {
      method: 'PATCH',
      path: '/v1/enterprises/{enterpriseId}',
      contract: updateEnterprise,
      summary: 'Suspend or reinstate an enterprise, set its limits',
      grants: { table: { GetItem: ['P', 'I', 'E'], PutItem: ['I', 'E'], UpdateItem: ['O'] } },
    },
    'rotate-enterprise-signing-key': {
      method: 'POST',
      path: '/v1/enterprises/{enterpriseId}/signing-key',
      contract: rotateEnterpriseSigningKey,
      summary:
        'Replace the KMS key that signs the keys of an enterprise; keys that the previous one signed stay valid until they expire',
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
      summary: 'Replace the current key of an enterprise for the calling application by the next one',
      grants: { table: { GetItem: ['P', 'E', 'O'], PutItem: ['I', 'E'], UpdateItem: ['N'] }, signsAsEnterprise: true },
    },
    'reissue-enterprise-key': {
      method: 'POST',
      path: '/v1/enterprises/{enterpriseId}/key/reissue',
      contract: reissueEnterpriseKey,
      summary: 'Reissue an enterprise key, when it was lost; issue the first one of an application',
      grants: {
        table: { GetItem: ['P', 'I', 'E', 'O'], PutItem: ['I', 'E'], UpdateItem: ['N', 'O'] },
        signsAsEnterprise: true,
      },
    },
    'send-alert': {
      method: 'POST',
      path: '/v1/alerts',
      contract: sendAlert,
      summary: 'Report a key that a client found invalid',
      grants: { table: { GetItem: ['P', 'I', 'E'], PutItem: ['I'], UpdateItem: ['N'] } },
    },
  },
  schedules: {
    'renew-links': {
      expression: 'cron(17 3 * * ? *)',
      summary: 'Renews the links of Orgs and enterprises, well before they expire',
      grants: {
        table: { GetItem: ['O', 'E'], Query: ['O'], PutItem: ['O', 'E'], UpdateItem: ['N'] },
        invokes: ['certify', 'set-up-trust'],
      },
    },
    'sweep-expiry': {
      expression: 'cron(7 * * * ? *)',
      summary: 'Raises alerts for keys and links that expire soon or have expired, and marks unused sites dormant',
      grants: {
        table: { GetItem: ['W', 'E', 'O'], PutItem: ['W', 'E'], UpdateItem: ['E', 'N', 'O'] },
        queriesExpiry: true,
      },
    },
    'recount-sites': {
      expression: 'cron(20 4 * * ? *)',
      summary: 'Counts the sites of every enterprise once a month and compares them with the counters',
      grants: { table: { GetItem: ['W'], Query: ['O', 'E'], PutItem: ['W'], UpdateItem: ['N'] } },
    },
  },
} as const satisfies Area;
