import { Refusal } from '../../../domain/kernel/refusal.ts';
import type { PipelineState } from './pipeline-state.ts';

const defaultBodyBytes = 64 * 1024;
const maxHeaderBytes = 8 * 1024;

/** Bounds the work of unauthenticated requests. @throws body-too-large, headers-too-large */
export function limitSize({ contract, event, body }: PipelineState): void {
  const maxBodyBytes = contract.maxBodyBytes ?? defaultBodyBytes;
  if (body.length > maxBodyBytes)
    throw new Refusal('body-too-large', `The body is too large: expected at most ${maxBodyBytes} bytes.`);
  const headerBytes = Object.entries(event.multiValueHeaders ?? {})
    .flatMap(([name, values]) => (values ?? []).map(value => name.length + value.length + 4))
    .reduce((sum, bytes) => sum + bytes, 0);
  if (headerBytes > maxHeaderBytes)
    throw new Refusal('headers-too-large', 'The headers are too large: expected at most 8,192 bytes.');
}
