import { assertRegistered } from '../../../../domain/identity/application.ts';
import { assertMayLimit, enterpriseCap, servedApplication } from '../../../../domain/identity/policy.ts';
import { newEnterpriseId } from '../../../../domain/kernel/ids.ts';
import { notFound } from '../../../../domain/kernel/refusal.ts';
import { reservedEnterprise } from '../../../../domain/site-licensing/enterprise.ts';
import { dynamoApplications } from '../../../platform/identity/applications.ts';
import { serve } from '../../../platform/request/serve.ts';
import { lambdaCertifier } from '../../../platform/trust/certifier.ts';
import { establishEnterprise } from '../../keys/establish-enterprise.ts';
import { aliasedEnterpriseKms } from '../../storage/enterprise-kms.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';
import { kmsKeyIssuer } from '../../storage/key-issuer.ts';
import { storedKeyRepeater } from '../../storage/key-repeater.ts';
import { createEnterprise } from './schema.ts';

const portFactories = {
  applications: dynamoApplications,
  enterprises: dynamoEnterprises,
  kms: aliasedEnterpriseKms,
  certifier: lambdaCertifier,
  issuer: kmsKeyIssuer,
  repeater: storedKeyRepeater,
};

/** Reserves the enterprise with the idempotency record first; after a failure, the same request again completes it. */
export const handler = serve(
  createEnterprise,
  portFactories,
  async (request, ports) => {
    const { body, caller, at, change } = request;
    assertMayLimit(caller, body.configurationUsersLimit);
    const cap = enterpriseCap(caller);
    const app = servedApplication(caller, body.application);
    assertRegistered(await ports.applications.findNow(caller.org, app));
    const id = newEnterpriseId(caller.org, ports.runtime.random(10));
    const reserved = reservedEnterprise(id, app, body.configurationUsersLimit, at);
    await ports.enterprises.reserve(reserved, cap, { ...change, outcome: { enterprise: id } });
    return await establishEnterprise(id, app, request, ports);
  },
  async (request, ports, { enterprise }) => {
    if (!enterprise) throw notFound('enterprise');
    return await establishEnterprise(
      enterprise,
      servedApplication(request.caller, request.body.application),
      request,
      ports,
    );
  },
);
