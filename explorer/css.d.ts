/** Styles are bundled; they say nothing to the program. */
declare module '*.css';
