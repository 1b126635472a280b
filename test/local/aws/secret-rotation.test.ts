import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { dayMs, type Fixture, startFixture } from './fixture.ts';

const SecretId = 'site';
const RotationLambdaARN = 'arn:aws:lambda:eu-central-1:000000000000:function:rotate';
const RotationRules = { ScheduleExpression: 'rate(10 days)' };

let fixture: Fixture;
let first: string;
let events: { Step: string; ClientRequestToken: string }[];
let failing: string | undefined;
beforeEach(async () => {
  fixture = await startFixture();
  events = [];
  failing = undefined;
  first = (await fixture.secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'a' }))).VersionId ?? '';
  fixture.aws.setFunction('rotate', async event => {
    const { Step, ClientRequestToken } = Object(event);
    events.push({ Step, ClientRequestToken });
    if (Step === failing) throw new Error('no');
    if (Step === 'createSecret') await put(ClientRequestToken);
    if (Step === 'finishSecret') await promote(ClientRequestToken);
  });
});
afterEach(() => fixture.close());

const put = (ClientRequestToken: string) =>
  fixture.secrets.send(
    new PutSecretValueCommand({ SecretId, SecretString: 'b', ClientRequestToken, VersionStages: ['AWSPENDING'] }),
  );
const promote = async (MoveToVersionId: string) => {
  const RemoveFromVersionId = (await fixture.secrets.send(new GetSecretValueCommand({ SecretId }))).VersionId;
  const VersionStage = 'AWSCURRENT';
  await fixture.secrets.send(
    new UpdateSecretVersionStageCommand({ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId }),
  );
};
const describeSecret = () => fixture.secrets.send(new DescribeSecretCommand({ SecretId }));
const rotate = async (input: object = {}) => {
  const { VersionId = '' } = await fixture.secrets.send(
    new RotateSecretCommand({ SecretId, RotationLambdaARN, RotationRules, ...input }),
  );
  await fixture.aws.secrets.rotationsSettled();
  return VersionId;
};
const stepsOf = () => events.map(({ Step }) => Step);

test('calls the function with each step, for a version that is pending and empty at first', async () => {
  const token = await rotate();
  expect(stepsOf()).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
  expect(new Set(events.map(({ ClientRequestToken }) => ClientRequestToken))).toEqual(new Set([token]));
  const { VersionIdsToStages, RotationEnabled } = await describeSecret();
  expect(VersionIdsToStages).toEqual({ [token]: ['AWSPENDING', 'AWSCURRENT'], [first]: ['AWSPREVIOUS'] });
  expect(RotationEnabled).toBe(true);
});

test('an empty version has no value', async () => {
  failing = 'createSecret';
  const VersionId = await rotate();
  const get = new GetSecretValueCommand({ SecretId, VersionId, VersionStage: 'AWSPENDING' });
  await expect(fixture.secrets.send(get)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('without immediate rotation it tests the settings, and leaves no pending version', async () => {
  await rotate({ RotateImmediately: false });
  expect(stepsOf()).toEqual(['testSecret']);
  expect((await describeSecret()).VersionIdsToStages).toEqual({ [first]: ['AWSCURRENT'] });
});

test('a rotation that is not complete is tried again with its own version, and another one refused', async () => {
  failing = 'testSecret';
  const token = await rotate();
  failing = undefined;
  await expect(rotate()).rejects.toMatchObject({ name: 'InvalidRequestException' });
  await fixture.aws.secrets.rotationsSettled();
  expect((await describeSecret()).VersionIdsToStages?.[token]).toContain('AWSCURRENT');
});

test('rotates by its schedule, until that is cancelled', async () => {
  await rotate({ RotateImmediately: false });
  events.length = 0;
  fixture.clock.nowMs += 10 * dayMs;
  await describeSecret();
  await fixture.aws.secrets.rotationsSettled();
  expect(stepsOf()).toHaveLength(4);
  await fixture.secrets.send(new CancelRotateSecretCommand({ SecretId }));
  fixture.clock.nowMs += 10 * dayMs;
  await describeSecret();
  await fixture.aws.secrets.rotationsSettled();
  expect(stepsOf()).toHaveLength(4);
});

test('refuses to rotate without a function', async () => {
  const bare = new RotateSecretCommand({ SecretId });
  await expect(fixture.secrets.send(bare)).rejects.toMatchObject({ name: 'InvalidRequestException' });
});
