import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserPage, Browser as HappyBrowser } from 'happy-dom';
import { type Browser, chromium } from 'playwright-core';

/** A page that is open, whatever it is shown by. */
export interface OpenPage {
  /** Runs JavaScript in the page. */
  run<Value>(expression: string): Promise<Value>;
  /** What the page asked for or complained of: addresses, and messages of the console. */
  trouble: string[];
  /** Only with a browser: the colour that people see, with a light or a dark screen. */
  background?: (scheme: 'light' | 'dark') => Promise<string>;
  close(): Promise<void>;
}

/** The browser of this machine: `CHROMIUM`, or one on the PATH; none is needed. */
export const browserPath: string | undefined =
  process.env.CHROMIUM ??
  ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
    .flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)))
    .find((path) => existsSync(path));

/** What the page is tried in: a real browser if the machine has one, else a DOM without layout or colours. */
export const engine = browserPath ? `Chromium (${browserPath})` : 'happy-dom, as there is no Chromium here';

export const openPage = (file: string): Promise<OpenPage> =>
  browserPath ? inChromium(file, browserPath) : inHappyDom(file);

async function inChromium(file: string, executablePath: string): Promise<OpenPage> {
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage();
  const address = pathToFileURL(file).href;
  const trouble: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== address) trouble.push(request.url());
  });
  page.on('console', (message) => trouble.push(message.text()));
  page.on('pageerror', (error) => trouble.push(error.message));
  await page.goto(address);
  return {
    run: (expression) => page.evaluate(expression),
    trouble,
    background: async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      return page.evaluate('getComputedStyle(document.body ?? document.documentElement).backgroundColor');
    },
    close: () => browser.close(),
  };
}

async function inHappyDom(file: string): Promise<OpenPage> {
  const browser = new HappyBrowser({
    settings: { enableJavaScriptEvaluation: true, suppressInsecureJavaScriptEnvironmentWarning: true },
  });
  const page: BrowserPage = browser.newPage();
  page.content = readFileSync(file, 'utf8');
  await page.waitUntilComplete();
  const trouble = page.virtualConsolePrinter.readAsString().split('\n').filter(Boolean);
  return {
    run: async (expression) => page.evaluate(expression) as never,
    trouble,
    close: () => browser.close(),
  };
}
