/** FITS writes UTC without a time zone; JavaScript reads such a text as local time. */

export function parseFitsTime(text: string): Date {
  return new Date(`${text}Z`);
}

export function formatFitsTime(time: Date): string {
  return time.toISOString().slice(0, -1);
}

export function addSeconds(fitsTime: string, seconds: number): string {
  return formatFitsTime(new Date(parseFitsTime(fitsTime).getTime() + Math.round(seconds * 1000)));
}
