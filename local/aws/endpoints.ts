import * as z from 'zod';

/** Variables of service-specific endpoints (AWS SDKs and Tools, "Service-specific endpoints"). */
const variables = {
  dynamodb: 'AWS_ENDPOINT_URL_DYNAMODB',
  dynamodbStreams: 'AWS_ENDPOINT_URL_DYNAMODB_STREAMS',
  kms: 'AWS_ENDPOINT_URL_KMS',
  secretsManager: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  lambda: 'AWS_ENDPOINT_URL_LAMBDA',
  sns: 'AWS_ENDPOINT_URL_SNS',
  sqs: 'AWS_ENDPOINT_URL_SQS',
  s3: 'AWS_ENDPOINT_URL_S3',
} as const;

type Service = keyof typeof variables;

/** Endpoints of the services that the server calls. */
export type Endpoints = Readonly<Record<Service, string>>;
export type GivenEndpoints = Readonly<Partial<Endpoints>>;

const services = Object.keys(variables).filter((name): name is Service => name in variables);

/** Values that this process has set: endpoints of its emulators, not of the user. */
const ownValues = new Map<string, string>();

/**
 * Returns the endpoints that the user has set. The default of the stream is the endpoint of the table.
 *
 * @throws Error for an invalid URL, or for one of SNS and SQS without the other, since topics deliver to queues
 */
export function givenEndpoints(): GivenEndpoints {
  const given = Object.fromEntries(services.flatMap(service => givenValue(service)));
  if ((given.sns === undefined) !== (given.sqs === undefined))
    throw new Error(`${variables.sns} or ${variables.sqs} is missing: expected both or neither.`);
  return { ...(given.dynamodb && { dynamodbStreams: given.dynamodb }), ...given };
}

function givenValue(service: Service): [Service, string][] {
  const name = variables[service];
  const value = process.env[name];
  if (!value || value === ownValues.get(name)) return [];
  if (!z.url({ protocol: /^https?$/ }).safeParse(value).success)
    throw new Error(`${name} is not a URL: expected http://host:port, got ${value}.`);
  return [[service, value]];
}

/** Variables of a developer's shell that would redirect the SDK away from the emulators. */
const strayVariables = [
  'AWS_PROFILE',
  'AWS_ENDPOINT_URL',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
];

/** Sets the variables by which the SDK finds the emulators; the code of the server does not depend on them. */
export function pointSdkAt(endpoints: Endpoints, given: GivenEndpoints): void {
  for (const name of strayVariables) delete process.env[name];
  for (const service of services) {
    const name = variables[service];
    if (given[service] !== endpoints[service]) ownValues.set(name, endpoints[service]);
    process.env[name] = endpoints[service];
  }
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
}

/** Removes the variables of `pointSdkAt`, unless a later environment has set its own. */
export function forgetEndpoints(endpoints: Endpoints): void {
  for (const service of services) {
    const name = variables[service];
    if (ownValues.get(name) !== endpoints[service]) continue;
    ownValues.delete(name);
    delete process.env[name];
  }
}

/** Formats the variables of the user's environment for a message. */
export function givenVariables(given: GivenEndpoints): string[] {
  return services.flatMap(service => (given[service] ? [`${variables[service]}=${given[service]}`] : []));
}
