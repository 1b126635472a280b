import type { Area } from '../area.ts';
import { getOwnApplication } from './operations/get-own-application/schema.ts';
import { registerApplication } from './operations/register-application/schema.ts';
import { rotateApplicationKey } from './operations/rotate-application-key/schema.ts';
import { updateApplication } from './operations/update-application/schema.ts';

/** Identity of callers: applications, their keys and policies. */
export const identity = {
  itemFamilies: { P: 'applications' },
  operations: {
    'register-application': {
      method: 'POST',
      path: '/v1/applications',
      contract: registerApplication,
      summary: 'Register an application, its public key and its policy',
      grants: { table: { GetItem: ['P', 'I'], PutItem: ['I', 'P'] } },
    },
    'update-application': {
      method: 'PATCH',
      path: '/v1/applications/{applicationId}',
      contract: updateApplication,
      summary: 'Replace the policy of an application; suspend or reinstate it',
      grants: { table: { GetItem: ['P', 'I'], PutItem: ['I', 'P'] } },
    },
    'rotate-application-key': {
      method: 'POST',
      path: '/v1/applications/{applicationId}/keys',
      contract: rotateApplicationKey,
      summary: 'Register a new public key of an application; the old ones expire after an overlap',
      grants: { table: { GetItem: ['P', 'I'], PutItem: ['I', 'P'] } },
    },
    'get-own-application': {
      method: 'GET',
      path: '/v1/applications/self',
      contract: getOwnApplication,
      summary: 'Show the calling application, with a token that proves its keys to others',
      grants: { table: { GetItem: ['P', 'O'] }, invokes: ['certify'] },
    },
  },
} as const satisfies Area;
