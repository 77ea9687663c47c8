/** `+256 7… 375`: enough to know one's own by, too little to call anyone. */
export const shortenedNumber = (identity: string): string => {
  const characters = Array.from(identity);
  if (characters.length < 7) return '…';
  const isInternational = identity.startsWith('+');
  const head = characters.slice(0, isInternational ? 5 : 3).join('');
  return `${isInternational ? `${head.slice(0, 4)} ${head.slice(4)}` : head}… ${characters.slice(-3).join('')}`;
};
