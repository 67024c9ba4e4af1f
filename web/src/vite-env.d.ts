/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Origin of the API when it is not the page's own, for example `https://abc.execute-api.eu-west-1.amazonaws.com`. */
  readonly VITE_API_URL?: string;
}
