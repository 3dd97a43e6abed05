import type { ExplorerFiles } from './explorer-files.ts';
import type { ExplorerSettings } from './settings.ts';

/**
 * What the page may do: run its own scripts and ask where it came from, nothing else. Its editor makes style elements, which bear the nonce of this
 * answer, and style attributes, which no nonce can be put on.
 */
export function explorerPolicy(nonce: string): string {
  return [
    "default-src 'none'", "script-src 'self'", "worker-src 'self'", "connect-src 'self'", `style-src 'self' 'nonce-${nonce}'`, "style-src-attr 'unsafe-inline'",
    // Fonts and small pictures lie within the styles.
    "font-src 'self' data:", "img-src 'self' data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
  ].join('; ');
}

/** The page's text. Addresses are relative, so that it may lie below a path of what stands before the gateway. */
export function explorerPage({ build }: Pick<ExplorerFiles, 'build'>, nonce: string, callers: Exclude<ExplorerSettings, 'off'>): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Customer 360 explorer</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="explorer/${build}/page.css">
<script type="module" nonce="${nonce}" src="explorer/${build}/page.js"></script>
</head>
<body>
<div id="explorer" data-endpoint="graphql" data-callers="${callers === 'callers' ? 'taken' : 'none'}"></div>
<noscript>The explorer needs JavaScript.</noscript>
</body>
</html>
`;
}
