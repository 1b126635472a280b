import { assertRegistered } from '../../../domain/application.ts';
import { reservedEnterprise } from '../../../domain/enterprise.ts';
import { newEnterpriseId } from '../../../domain/ids.ts';
import { assertMayLimit, enterpriseCap, servedApplication } from '../../../domain/policy.ts';
import { notFound } from '../../../domain/refusal.ts';
import { dynamoApplications } from '../../adapters/applications.ts';
import { lambdaCertifier } from '../../adapters/certifier.ts';
import { aliasedEnterpriseKms } from '../../adapters/enterprise-kms.ts';
import { dynamoEnterprises } from '../../adapters/enterprises.ts';
import { kmsKeyIssuer } from '../../adapters/key-issuer.ts';
import { sealedKeyRepeater } from '../../adapters/key-repeater.ts';
import { establishEnterprise } from '../../pipeline/establish-enterprise.ts';
import { serve } from '../../pipeline/serve.ts';
import { createEnterprise } from './schema.ts';

const needs = {
  applications: dynamoApplications,
  enterprises: dynamoEnterprises,
  kms: aliasedEnterpriseKms,
  certifier: lambdaCertifier,
  issuer: kmsKeyIssuer,
  repeater: sealedKeyRepeater,
};

/** Reserved first, with the memory of the request; whatever fails after that is finished by the same request again. */
export const handler = serve(
  createEnterprise,
  needs,
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
