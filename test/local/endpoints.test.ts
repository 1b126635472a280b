import { afterEach, describe, expect, it } from '@jest/globals';
import { forgetEndpoints, givenEndpoints, pointSdkAt } from '../../local/aws/endpoints.ts';
import { startNotifications } from '../../local/aws/notifications.ts';
import { startAws } from '../../local/aws/server.ts';
import { startDynamoDb } from '../../local/dynamodb.ts';
import { captureOutput } from '../support/output.ts';
import { runFunction } from '../support/server/functions.ts';
import { startServer } from '../support/server/server.ts';
import { finishQuarter } from '../support/vectors/stated-quarter.ts';

const own = 'http://127.0.0.1:1';
const ownEndpoints = {
  dynamodb: own,
  dynamodbStreams: own,
  kms: own,
  secretsManager: own,
  lambda: own,
  sns: own,
  sqs: own,
  s3: own,
};

const before = { ...process.env };
afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, before);
});

describe('endpoints of AWS services that the user names', () => {
  it('are taken, and stay when the local run ends', () => {
    process.env.AWS_ENDPOINT_URL_KMS = 'http://127.0.0.1:5000';
    const given = givenEndpoints();
    const endpoints = { ...ownEndpoints, ...given };
    pointSdkAt(endpoints, given);
    expect(process.env).toMatchObject({
      AWS_ENDPOINT_URL_KMS: 'http://127.0.0.1:5000',
      AWS_ENDPOINT_URL_S3: own,
    });
    forgetEndpoints(endpoints);
    expect(process.env.AWS_ENDPOINT_URL_KMS).toBe('http://127.0.0.1:5000');
    expect(process.env).not.toHaveProperty('AWS_ENDPOINT_URL_S3');
  });

  it('are not those of a local run in the same process', () => {
    pointSdkAt(ownEndpoints, {});
    expect(givenEndpoints()).toEqual({});
    forgetEndpoints(ownEndpoints);
  });

  it('have the stream where the table is', () => {
    process.env.AWS_ENDPOINT_URL_DYNAMODB = 'http://127.0.0.1:8000';
    expect(givenEndpoints()).toEqual({
      dynamodb: 'http://127.0.0.1:8000',
      dynamodbStreams: 'http://127.0.0.1:8000',
    });
  });

  it('are refused when they are no URLs', () => {
    process.env.AWS_ENDPOINT_URL_S3 = 'localhost:5000';
    expect(() => givenEndpoints()).toThrow('AWS_ENDPOINT_URL_S3 is not a URL');
  });

  it('are refused for SNS without SQS, because topics deliver to queues', () => {
    process.env.AWS_ENDPOINT_URL_SNS = own;
    expect(() => givenEndpoints()).toThrow('expected both or neither');
  });
});

describe('the local run with every service at an endpoint that is named', () => {
  const output = captureOutput();

  it('creates there what the stack would, and keeps there what it writes', async () => {
    const [dynamo, aws, notices] = [await startDynamoDb(), await startAws(), await startNotifications()];
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
      AWS_ENDPOINT_URL_KMS: aws.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.endpoint,
      AWS_ENDPOINT_URL_SNS: notices.endpoints.sns,
      AWS_ENDPOINT_URL_SQS: notices.endpoints.sqs,
      AWS_ENDPOINT_URL_S3: notices.endpoints.s3,
    });
    const server = await startServer();
    try {
      const { quarter } = await finishQuarter(server);
      await runFunction(server, 'make-statements');
      await server.world.notices.collect();
      const told = server.world.notices.delivered('finance').map(({ subject }) => subject);
      expect(told).toEqual([expect.stringContaining(`${quarter} r1`)]);
      expect(server.world.aws.kms.snapshot().keys).toEqual([]);
      expect(aws.kms.snapshot().keys).not.toEqual([]);
      expect([...aws.secrets.secrets.keys()]).toContain('license-server/local/operator/hub');
    } finally {
      await server.close();
      await notices.close();
      await aws.close();
      await dynamo.close();
      output.restore();
    }
  });
});
