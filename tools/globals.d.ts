/** What the scripts find in the window: libraries, data of the page, and what tests look at. */

type VisPoint = { x: number; y: number };

interface VisItems {
  update(items: object[]): void;
}

interface VisNetwork {
  canvasToDOM(point: VisPoint): VisPoint;
  getEdgeAt(point: VisPoint): string | undefined;
  getPosition(key: string): VisPoint;
  getScale(): number;
  moveTo(options: object): void;
  on(event: "afterDrawing", listener: (pen: CanvasRenderingContext2D) => void): void;
  on(event: "click", listener: (event: { pointer: { DOM: VisPoint } }) => void): void;
  on(event: "resize", listener: () => void): void;
  redraw(): void;
}

/** vis-network 9.1.2 (https://visjs.github.io/vis-network/docs/network/). */
declare const vis: {
  DataSet: new () => VisItems;
  Network: new (
    holder: HTMLElement,
    data: { nodes: VisItems; edges: VisItems },
    options: object,
  ) => VisNetwork;
};

type EditorPosition = { line: number; ch: number };

interface Yasqe {
  getCursor(): EditorPosition;
  getMode(): { startState: (...values: unknown[]) => object };
  getRange(from: EditorPosition, to: EditorPosition): string;
  getValue(): string;
  setValue(text: string): void;
  showHint(options: object): void;
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (address: string) => string },
  ): { createScriptURL: (address: string) => unknown };
}

interface Window {
  /** What makes addresses of scripts trusted, where the browser has it (Trusted Types). */
  trustedTypes?: TrustedTypes;
  /** The names of the things of a site, which its names.js holds, and the files with more names. */
  NAME_FILES?: string[];
  PLACES?: Record<string, string>;
  NAMES?: [name: string, path: string, kind: string, ...others: string[]][];
  /** The editor of the workbench, where it was fetched (https://github.com/zazuko/Yasgui). */
  Yasgui?: {
    Yasqe: { new (place: HTMLElement, options: object): Yasqe; defaults: Record<string, unknown> };
  };
  /** What tests look at in a picture. */
  aigg?: Readonly<Record<string, unknown>>;
  /** What tests look at in the workbench. */
  workbench?: Readonly<Record<string, unknown>>;
}
