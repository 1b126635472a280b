import type { Area } from '../area.ts';
import { getJwks } from './operations/get-jwks/schema.ts';
import { getTrust } from './operations/get-trust/schema.ts';

/** The chain of trust: Root, Orgs, responders. */
export const trust = {
  itemFamilies: { O: 'an Org: its published links; areas add lists and counters' },
  operations: {
    'get-trust': {
      method: 'GET',
      path: '/v1/trust',
      contract: getTrust,
      summary: 'Get the chain of trust: Root, Orgs, responders',
      grants: { table: { GetItem: ['O'] } },
    },
    'get-jwks': {
      method: 'GET',
      path: '/.well-known/jwks.json',
      contract: getJwks,
      summary: 'Get the public keys of the chain of trust as a JWK set',
      grants: { table: { GetItem: ['O'] } },
    },
  },
  schedules: {
    'renew-responders': {
      expression: 'cron(47 2 * * ? *)',
      summary: 'Creates a new responder key for every Org',
      grants: { table: { GetItem: ['O'], PutItem: ['O'] }, invokes: ['certify'] },
    },
  },
  functions: {
    'set-up-trust': { summary: 'Certifies the keys of Orgs under the Root', grants: { signsAs: 'root' } },
    certify: {
      summary: 'Certifies enterprises, responders and applications under an Org',
      grants: { signsAs: 'org', readsEnterpriseKeys: true, writesSecrets: ['responder'] },
    },
    'set-up-org': {
      summary: 'Prepares an Org: links, responder key, first operator',
      grants: {
        table: { GetItem: ['O', 'P'], PutItem: ['O', 'P', 'W'] },
        invokes: ['certify'],
        readsSecrets: ['operator'],
        writesSecrets: ['operator'],
      },
    },
  },
} as const satisfies Area;
