import { ListGrantsCommand } from '@aws-sdk/client-kms';
import { type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

const unknownKeyId = '00000000-0000-4000-8000-000000000000';

test('an operation that is not emulated is refused with UnknownOperationException, which names it', async () => {
  await expect(fixture.kms.send(new ListGrantsCommand({ KeyId: unknownKeyId }))).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: expect.stringContaining('ListGrants'),
  });
});
