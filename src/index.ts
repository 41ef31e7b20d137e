/** What Lambda runs. */
export { handler } from './handlers/custom-resource.ts';
