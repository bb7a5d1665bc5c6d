// A PDF of one A4 page with a title and lines of text, in base64.

/** Text as a PDF string; characters outside Latin-1 become question marks, because the standard fonts do not have them. */
function pdfString(text: string): string {
  const latin = [...text].map(char => ((char.codePointAt(0) ?? 0) < 256 ? char : '?')).join('')
  return `(${latin.replace(/[\\()]/g, '\\$&')})`
}

/** The PDF in base64. */
export function onePagePdf(title: string, lines: readonly string[]): string {
  const page = [
    'BT /F1 18 Tf 56 770 Td',
    `${pdfString(title)} Tj`,
    '/F1 11 Tf 0 -34 Td 18 TL',
    ...lines.map(line => `${pdfString(line)} Tj T*`),
    'ET',
  ].join('\n')
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    `<< /Length ${page.length} >>\nstream\n${page}\nendstream`,
  ]
  let text = '%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n'
  const offsets = objects.map((object, i) => {
    const at = text.length
    text += `${i + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const table = offsets.map(at => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  const start = text.length
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  // Each character is one byte, so that the offsets above are correct.
  return Buffer.from(text, 'latin1').toString('base64')
}
