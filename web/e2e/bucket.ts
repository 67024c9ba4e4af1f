import { createHash, createHmac } from 'node:crypto';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) =>
  createHmac('sha256', key).update(data).digest();

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing: load .local/stack.env.`);
  return value;
}

/** Puts an object into the media bucket, as somebody does who copies files into the library. */
export function putObject(key: string, body: Buffer): Promise<void> {
  return send('PUT', key, body);
}

export function deleteObject(key: string): Promise<void> {
  return send('DELETE', key, Buffer.alloc(0));
}

/** One request to S3 (SigV4, path style). */
async function send(method: 'PUT' | 'DELETE', key: string, body: Buffer): Promise<void> {
  const region = process.env.AWS_REGION ?? 'us-east-1';
  const url = new URL(`${setting('AWS_ENDPOINT_URL')}/${setting('MEDIA_BUCKET')}/`);
  const path = url.pathname + key.split('/').map(encodeURIComponent).join('/');
  const moment = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const day = moment.slice(0, 8);
  const hash = sha256(body);
  const signed = 'host;x-amz-content-sha256;x-amz-date';
  const headers = `host:${url.host}\nx-amz-content-sha256:${hash}\nx-amz-date:${moment}\n`;
  const request = [method, path, '', headers, signed, hash].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', moment, scope, sha256(request)].join('\n');
  const secret = `AWS4${setting('AWS_SECRET_ACCESS_KEY')}`;
  const keys = [day, region, 's3', 'aws4_request'];
  const signature = createHmac('sha256', keys.reduce<string | Buffer>(hmac, secret))
    .update(toSign)
    .digest('hex');
  const credential = `${setting('AWS_ACCESS_KEY_ID')}/${scope}`;
  const answer = await fetch(url.origin + path, {
    method,
    body: method === 'PUT' ? new Uint8Array(body) : undefined,
    headers: {
      'x-amz-content-sha256': hash,
      'x-amz-date': moment,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, Signature=${signature}`,
    },
  });
  if (!answer.ok) throw new Error(`${method} ${key}: ${answer.status} ${await answer.text()}`);
}
