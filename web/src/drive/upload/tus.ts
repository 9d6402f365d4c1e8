/** The line to the office by tus 1.0: created, sent in pieces, resumed by asking how much is there. */
import { DetailedError, type HttpRequest, type HttpResponse, type HttpStack, Upload } from 'tus-js-client';
import { ApiError } from '@/api';
import { begunAt, begunKey, forgetBegun, keepBegun } from './begun';
import { wholeBytesMax } from './engine';
import type { Channel, Line, Parcel, Told } from './line';

const endpoint = '/api/drive/uploads';
/** Small enough for what stands between people and their office. */
const pieceBytes = 8 * 1024 * 1024;
const fileHeader = 'Hutong-File';

function metadataOf({ file, place, sha256 }: Parcel): Record<string, string> {
  const facts = { filename: file.name, filetype: file.type, sha256, ...place };
  return Object.fromEntries(
    Object.entries(facts).filter((fact): fact is [string, string] => Boolean(fact[1])),
  );
}

/** What the office said, however the library wraps it. */
function failureOf(error: unknown): ApiError {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  if (!response || response.getStatus() === 0) return new ApiError(0, 'offline', '');
  const status = response.getStatus();
  try {
    const said = JSON.parse(response.getBody()) as { code?: string; message?: string };
    return new ApiError(status, said.code ?? `http.${status}`, said.message ?? '');
  } catch {
    return new ApiError(status, `http.${status}`, '');
  }
}

/** Everything that the page's own requests say as well. */
function headers(): Record<string, string> {
  return {
    Accept: 'application/json',
    'Accept-Language': document.documentElement.lang || 'zh-CN',
    'X-Requested-With': 'hutong',
  };
}

/** Files are read piece by piece, never as a whole. */
const pieces = {
  openFile: async (file: File) => ({
    size: file.size,
    slice: async (start: number, end: number) => ({
      value: file.slice(start, Math.min(end, file.size)),
      done: end >= file.size,
    }),
    close: () => undefined,
  }),
};

class TusChannel implements Channel {
  private fileId: string | null = null;
  private isOver = false;
  private readonly upload: Upload;
  private readonly key: string;

  constructor(
    parcel: Parcel,
    private readonly told: Told,
    httpStack?: HttpStack,
  ) {
    const { file } = parcel;
    this.key = begunKey(parcel);
    this.upload = new Upload(file, {
      endpoint,
      headers: headers(),
      metadata: metadataOf(parcel),
      chunkSize: pieceBytes,
      fileReader: pieces,
      uploadDataDuringCreation: file.size <= wholeBytesMax,
      // The engine waits and tries again, so that people see it.
      retryDelays: null,
      storeFingerprintForResuming: false,
      // The same file may have been on its way before the page was loaded.
      uploadUrl: begunAt(this.key) ?? null,
      onUploadUrlAvailable: () => {
        if (this.upload.url && file.size > wholeBytesMax) keepBegun(this.key, this.upload.url);
      },
      onProgress: (sent) => this.told.sent(sent),
      onAfterResponse: (_: HttpRequest, response: HttpResponse) => this.look(response),
      onSuccess: ({ lastResponse }) => {
        this.look(lastResponse);
        this.finish();
      },
      onError: (error) => {
        if (!this.isOver) this.told.failed(failureOf(error));
      },
      ...(httpStack ? { httpStack } : {}),
    });
  }

  start = (): void => {
    if (!this.isOver) this.upload.start();
  };

  stop = (): void => {
    void this.upload.abort();
  };

  drop = (): void => {
    this.isOver = true;
    forgetBegun(this.key);
    void this.upload.abort(true).catch(() => undefined);
  };

  private look(response: HttpResponse): void {
    const status = response.getStatus();
    if (status < 200 || status >= 300) return;
    const named = response.getHeader(fileHeader);
    if (!named) return;
    this.fileId = named;
    // The office knew these bytes: none of them has to be sent.
    void Promise.resolve().then(() => this.finish());
  }

  private finish(): void {
    if (this.isOver) return;
    if (!this.fileId) {
      this.told.failed(new ApiError(502, 'drive.unnamed', ''));
      return;
    }
    this.isOver = true;
    forgetBegun(this.key);
    void this.upload.abort().catch(() => undefined);
    this.told.done(this.fileId);
  }
}

export const tusLine = (httpStack?: HttpStack): Line => ({
  open: (parcel, told) => new TusChannel(parcel, told, httpStack),
});
