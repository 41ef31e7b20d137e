/** The release that this function is of; a test holds it together with the template's. */
export const VERSION = '1.0.0';
