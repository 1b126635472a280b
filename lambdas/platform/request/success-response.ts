import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Contract } from './contract.ts';

/** Returns the response. The schema of the contract strips every field that it does not have. */
export function toSuccessResponse(contract: Contract, answer: unknown): APIGatewayProxyResult {
  const cache = contract.cacheSeconds ? `public, max-age=${contract.cacheSeconds}` : 'no-store';
  return {
    statusCode: contract.status,
    headers: { 'content-type': 'application/json', 'cache-control': cache },
    body: JSON.stringify(contract.answer.parse(answer)),
  };
}
