import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Fixture, startFixture } from './fixture.ts';

const unknown = '00000000-0000-4000-8000-000000000000';
let fixture: Fixture;
let current: string;
let pending: string;
beforeEach(async () => {
  fixture = await startFixture();
  const created = await fixture.secrets.send(new CreateSecretCommand({ Name: 'site', SecretString: 'first' }));
  current = created.VersionId ?? '';
  const VersionStages = ['AWSPENDING'];
  const put = new PutSecretValueCommand({ SecretId: 'site', SecretString: 'second', VersionStages });
  pending = (await fixture.secrets.send(put)).VersionId ?? '';
});
afterEach(() => fixture.close());

const move = (VersionStage: string, RemoveFromVersionId?: string, MoveToVersionId?: string) =>
  fixture.secrets.send(
    new UpdateSecretVersionStageCommand({ SecretId: 'site', VersionStage, RemoveFromVersionId, MoveToVersionId }),
  );
const stages = async () =>
  (await fixture.secrets.send(new DescribeSecretCommand({ SecretId: 'site' }))).VersionIdsToStages;

test('finishing a rotation makes the pending version current and the former one previous', async () => {
  await move('AWSCURRENT', current, pending);
  expect(await stages()).toEqual({ [pending]: ['AWSPENDING', 'AWSCURRENT'], [current]: ['AWSPREVIOUS'] });
});

test('rolling back swaps current and previous', async () => {
  await move('AWSCURRENT', current, pending);
  await move('AWSCURRENT', pending, current);
  expect(await stages()).toEqual({ [pending]: ['AWSPENDING', 'AWSPREVIOUS'], [current]: ['AWSCURRENT'] });
});

test('moving a label to the version which has it changes nothing', async () => {
  await move('AWSCURRENT', undefined, current);
  expect(await stages()).toEqual({ [current]: ['AWSCURRENT'], [pending]: ['AWSPENDING'] });
});

test('a label may be removed, and attached again', async () => {
  await move('AWSPENDING', pending);
  expect(await stages()).toEqual({ [current]: ['AWSCURRENT'] });
  await move('AWSPENDING', undefined, pending);
  expect(await stages()).toEqual({ [current]: ['AWSCURRENT'], [pending]: ['AWSPENDING'] });
});

test.each<[string, () => Promise<unknown>, string]>([
  ['a label whose holder is not named', () => move('AWSCURRENT', undefined, pending), 'InvalidParameterException'],
  ['a label whose holder is another', () => move('AWSCURRENT', pending, pending), 'InvalidParameterException'],
  ['a label that no version has, from a version', () => move('other', current, pending), 'InvalidParameterException'],
  ['neither from nor to', () => move('other'), 'InvalidParameterException'],
  ['to remove AWSCURRENT', () => move('AWSCURRENT', current), 'InvalidParameterException'],
  ['an unknown version', () => move('AWSCURRENT', current, unknown), 'ResourceNotFoundException'],
])('refuses %s and changes nothing', async (_what, refused, name) => {
  const before = await stages();
  await expect(refused()).rejects.toMatchObject({ name });
  expect(await stages()).toEqual(before);
});
