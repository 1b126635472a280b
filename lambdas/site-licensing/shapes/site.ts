import * as z from 'zod';
import { mode } from '../../../domain/chain/levels.ts';
import { AppId, EnterpriseId, SiteId, SiteRef } from '../../../domain/kernel/ids.ts';
import { siteState } from '../../../domain/site-licensing/site.ts';
import { time } from '../../platform/request/shapes/time.ts';
import { keyTimes } from './key.ts';

export const sitePath = z.strictObject({ siteId: SiteId });

export const siteKeyAnswer = z.object({ siteId: SiteId, mode, ...keyTimes });

export const siteView = z.object({
  siteId: SiteId,
  enterpriseId: EnterpriseId,
  application: AppId,
  siteRef: SiteRef,
  mode,
  state: siteState,
  status: z.enum(['live', 'suspended', 'dormant', 'deleted']),
  generation: z.int(),
  createdAt: time,
  refreshAfter: time,
  expiresAt: time,
});
