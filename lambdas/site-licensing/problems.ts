import type { siteLicensingRefusals } from '../../domain/site-licensing/refusals.ts';
import type { Problem } from '../platform/request/problem-type.ts';

/** HTTP status and title of the area's refusals (RFC 9457). */
export const siteLicensingProblems = {
  'key-superseded': { status: 409, title: 'The presented key was replaced by a newer one' },
  'key-expired': { status: 409, title: 'The presented key expired too long ago' },
  'site-deleted': { status: 410, title: 'The site was deleted' },
  'site-suspended': { status: 403, title: 'The site is suspended' },
  'enterprise-suspended': { status: 403, title: 'The enterprise is suspended' },
  'mode-required': { status: 400, title: 'The mode is required' },
  'mode-not-allowed': { status: 403, title: 'The application is not permitted to use this mode' },
  'mode-not-downgradable': { status: 409, title: 'A production site cannot become a dev site' },
  'mode-change-by-refresh': { status: 400, title: 'The mode can be changed by refresh-key only' },
  'state-operator-only': { status: 403, title: 'Only an operator can set this state' },
  'status-operator-only': { status: 403, title: 'Only an operator can set the status' },
  'reference-taken': { status: 409, title: 'Another site already uses this reference in this state' },
  'reference-was-production': { status: 409, title: 'The reference belongs or belonged to a production site' },
  'enterprise-cap-reached': { status: 403, title: 'The application has reached its limit of enterprises' },
} as const satisfies Record<(typeof siteLicensingRefusals)[number], Problem>;
