declare module '@lhncbc/ucum-lhc' {
  interface ConversionResult {
    status: 'succeeded' | 'failed' | 'error'
    toVal: number | null
    msg: string[]
  }
  interface UnitUtilities {
    convertUnitTo(from: string, value: number, to: string, options?: { molecularWeight?: number }): ConversionResult
    validateUnitString(unit: string): { status: 'valid' | 'invalid' | 'error'; ucumCode: string | null; msg: string[] }
  }
  export const UcumLhcUtils: { getInstance(): UnitUtilities }
}
