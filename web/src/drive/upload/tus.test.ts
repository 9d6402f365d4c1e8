/** The tus line against an office in memory: created, cut at any byte, resumed, known already. */
import type { HttpRequest, HttpResponse, HttpStack } from 'tus-js-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { tusLine } from './tus';

type Kept = { length: number; bytes: number; metadata: Record<string, string> };

/** Speaks tus as the contract describes it. */
class FakeOffice implements HttpStack {
  log: string[] = [];
  kept = new Map<string, Kept>();
  known = new Map<string, string>();
  /** After so many bytes of a request the line is cut, once. */
  cutAfter: number | null = null;
  refuses: { status: number; body: string } | null = null;

  getName = () => 'FakeOffice';

  createRequest(method: string, url: string): HttpRequest {
    const headers: Record<string, string> = {};
    return {
      getMethod: () => method,
      getURL: () => url,
      setHeader: (name, value) => {
        headers[name.toLowerCase()] = value;
      },
      getHeader: (name) => headers[name.toLowerCase()],
      setProgressHandler: () => undefined,
      send: async (body: Blob | null) => this.answer(method, url, headers, body?.size ?? 0),
      abort: async () => undefined,
      getUnderlyingObject: () => null,
    };
  }

  private answer(method: string, url: string, headers: Record<string, string>, size: number): HttpResponse {
    this.log.push(`${method} ${size}`);
    if (this.refuses) return response(this.refuses.status, {}, this.refuses.body);
    if (method === 'POST') {
      const metadata = Object.fromEntries(
        (headers['upload-metadata'] ?? '').split(',').map((pair) => {
          const [name = '', value = ''] = pair.split(' ');
          return [name, new TextDecoder().decode(Uint8Array.from(atob(value), (one) => one.charCodeAt(0)))];
        }),
      );
      const length = Number(headers['upload-length']);
      const at = `/api/drive/uploads/${this.kept.size + 1}`;
      const before = this.known.get(metadata.sha256 ?? '');
      const upload = { length, bytes: before ? length : size, metadata };
      this.kept.set(at, upload);
      const named: Record<string, string> =
        upload.bytes === length ? { 'hutong-file': before ?? `file of ${metadata.filename}` } : {};
      return response(201, { location: at, 'upload-offset': `${upload.bytes}`, ...named });
    }
    const upload = [...this.kept].find(([at]) => url.endsWith(at))?.[1];
    if (!upload) return response(404, {}, '{"code":"not_found","message":""}');
    if (method === 'PATCH') {
      if (this.cutAfter !== null) {
        upload.bytes += Math.min(size, this.cutAfter);
        this.cutAfter = null;
        throw new Error('the line was cut');
      }
      if (Number(headers['upload-offset']) !== upload.bytes) return response(409, {});
      upload.bytes += size;
    }
    const named: Record<string, string> =
      upload.bytes === upload.length ? { 'hutong-file': `file of ${upload.metadata.filename}` } : {};
    return response(method === 'PATCH' ? 204 : 200, {
      'upload-offset': `${upload.bytes}`,
      'upload-length': `${upload.length}`,
      ...named,
    });
  }
}

const response = (status: number, headers: Record<string, string>, body = ''): HttpResponse => ({
  getStatus: () => status,
  getHeader: (name) => headers[name.toLowerCase()],
  getBody: () => body,
  getUnderlyingObject: () => null,
});

const large = 300 * 1024;
const fileOf = (size: number, name = '评审.txt') =>
  new File([new Uint8Array(size)], name, { type: 'text/plain', lastModified: 1 });

let office: FakeOffice;

/** Opens a channel, and gives what it says last. */
function open(file: File, sha256: string | null = null) {
  let heard: (what: string) => void = () => undefined;
  const next = () =>
    new Promise<string>((resolve) => {
      heard = resolve;
    });
  const channel = tusLine(office).open(
    { file, place: { space: 's', folder: null }, sha256 },
    {
      sent: () => undefined,
      done: (id) => heard(`done ${id}`),
      failed: (error) => {
        const { status, code } = error as { status: number; code: string };
        heard(`failed ${status} ${code}`);
      },
    },
  );
  const start = () => {
    const said = next();
    channel.start();
    return said;
  };
  return { channel, start };
}

beforeEach(() => {
  localStorage.clear();
  office = new FakeOffice();
});

describe('the tus line', () => {
  it('sends small files with the first request, under their names', async () => {
    expect(await open(fileOf(20)).start()).toBe('done file of 评审.txt');
    expect(office.log).toEqual(['POST 20']);
    expect([...office.kept.values()][0]?.metadata).toMatchObject({ space: 's', filetype: 'text/plain' });
  });

  it('goes on where it was cut, and after the page was loaded anew', async () => {
    office.cutAfter = 1000;
    const first = open(fileOf(large));
    expect(await first.start()).toBe('failed 0 offline');
    office.cutAfter = 500;
    expect(await first.start()).toBe('failed 0 offline');
    expect(await open(fileOf(large)).start()).toBe('done file of 评审.txt');
    expect(office.log).toEqual([
      'POST 0',
      `PATCH ${large}`,
      'HEAD 0',
      `PATCH ${large - 1000}`,
      'HEAD 0',
      `PATCH ${large - 1500}`,
    ]);
  });

  it('begins anew when the office has forgotten the beginning', async () => {
    office.cutAfter = 1000;
    await open(fileOf(large)).start();
    office.kept.clear();
    expect(await open(fileOf(large)).start()).toBe('done file of 评审.txt');
  });

  it('is a second file when the same one is sent a second time', async () => {
    await open(fileOf(large)).start();
    await open(fileOf(large)).start();
    expect(office.kept.size).toBe(2);
  });

  it('sends no byte of what the office knows', async () => {
    office.known.set('digest', 'known-file');
    expect(await open(fileOf(large), 'digest').start()).toBe('done known-file');
    expect(office.log).toEqual(['POST 0']);
  });

  it('says in the office’s words why something was refused', async () => {
    office.refuses = { status: 413, body: '{"code":"drive.quota","message":"满了"}' };
    expect(await open(fileOf(20)).start()).toBe('failed 413 drive.quota');
  });
});
