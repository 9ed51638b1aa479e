/** What the help of several commands says alike. Lines fit a terminal of 80 columns. */

/** For the commands that load a client repo. */
export const ENVIRONMENT = `Environment:
  BUILD_VERSION               the version, where no option or workflow says one
  DKIST_LOAD_TIMEOUT_SECONDS  how long workflow modules may take to load (60)`;

export const EXIT_CODES = `Exit codes:
  0  fine
  1  something is wrong with the workflows; all of it is shown
  2  it could not run`;
