import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { GetFunctionConfigurationCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { startAws } from '../../../local/aws/server.ts';
import { type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture({ functions: { echo: async event => ({ event }) } });
});
afterAll(() => fixture.close());

function payloadOf(answer: { Payload?: Uint8Array | undefined }): unknown {
  return JSON.parse(Buffer.from(answer.Payload ?? []).toString());
}

describe('Lambda', () => {
  test.each(['echo', 'arn:aws:lambda:eu-central-1:000000000000:function:echo', '000000000000:function:echo:live'])(
    'invokes %s',
    async FunctionName => {
      const answer = await fixture.lambda.send(new InvokeCommand({ FunctionName, Payload: Buffer.from('{"a":1}') }));
      expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
      expect(answer.FunctionError).toBeUndefined();
      expect(payloadOf(answer)).toEqual({ event: { a: 1 } });
    },
  );

  test('answers null for a function without a result', async () => {
    fixture.aws.setFunction('silent', async () => undefined);
    const answer = await fixture.lambda.send(new InvokeCommand({ FunctionName: 'silent' }));
    expect(payloadOf(answer)).toBeNull();
  });

  test('answers a thrown error with FunctionError and its name and message', async () => {
    fixture.aws.setFunction('failing', async () => {
      throw new RangeError('too far');
    });
    const answer = await fixture.lambda.send(new InvokeCommand({ FunctionName: 'failing' }));
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(payloadOf(answer)).toEqual({ errorMessage: 'too far', errorType: 'RangeError' });
  });

  test('answers a result that is no JSON with FunctionError', async () => {
    fixture.aws.setFunction('big', async () => 1n);
    const answer = await fixture.lambda.send(new InvokeCommand({ FunctionName: 'big' }));
    expect(answer.FunctionError).toBe('Unhandled');
  });

  test('answers a result over 6 MB with FunctionError Function.ResponseSizeTooLarge', async () => {
    fixture.aws.setFunction('long', async () => 'x'.repeat(6_291_556));
    const answer = await fixture.lambda.send(new InvokeCommand({ FunctionName: 'long' }));
    expect(answer.FunctionError).toBe('Unhandled');
    expect(payloadOf(answer)).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
  });

  test('refuses the configuration of an unknown function with ResourceNotFoundException', async () => {
    const configuration = new GetFunctionConfigurationCommand({ FunctionName: 'unknown' });
    await expect(fixture.lambda.send(configuration)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('refuses an unknown function with ResourceNotFoundException', async () => {
    await expect(fixture.lambda.send(new InvokeCommand({ FunctionName: 'unknown' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('refuses an asynchronous invocation with InvalidParameterValueException', async () => {
    const event = new InvokeCommand({ FunctionName: 'echo', InvocationType: 'Event' });
    await expect(fixture.lambda.send(event)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });

  test('refuses a payload that is not JSON with InvalidRequestContentException', async () => {
    const command = new InvokeCommand({ FunctionName: 'echo', Payload: Buffer.from('{') });
    await expect(fixture.lambda.send(command)).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
  });

  test('refuses a payload over 6 MB with RequestTooLargeException', async () => {
    const command = new InvokeCommand({ FunctionName: 'echo', Payload: Buffer.alloc(6_291_457, ' ') });
    await expect(fixture.lambda.send(command)).rejects.toMatchObject({ name: 'RequestTooLargeException' });
  });
});

describe('the server', () => {
  const post = (headers: Record<string, string>, body = '{}') =>
    fetch(fixture.aws.endpoint, { method: 'POST', headers, body });

  test('listens on 127.0.0.1', () => {
    expect(fixture.aws.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test.each(['Unknown.Operation', 'TrentService.toString', 'TrentService'])('refuses the target %s', async target => {
    const response = await post({ 'x-amz-target': target });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'UnknownOperationException' });
  });

  test('refuses input that is not JSON with SerializationException', async () => {
    const response = await post({ 'x-amz-target': 'TrentService.DescribeKey' }, '{');
    expect(await response.json()).toMatchObject({ __type: 'SerializationException' });
  });

  test('refuses a web page', async () => {
    const response = await post({ 'x-amz-target': 'TrentService.ListAliases', origin: 'https://evil.example' });
    expect(response.status).toBe(403);
  });

  test('names the port that is taken', async () => {
    const port = Number(new URL(fixture.aws.endpoint).port);
    await expect(startAws({ port })).rejects.toThrow(`The port ${port} of 127.0.0.1`);
  });

  test('answers no request after close, and close may be repeated', async () => {
    const closed = await startFixture();
    await closed.close();
    await closed.close();
    await expect(fetch(closed.aws.endpoint)).rejects.toThrow();
    await expect(closed.kms.send(new DescribeKeyCommand({ KeyId: 'x' }))).rejects.toThrow();
  });
});
