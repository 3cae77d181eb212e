/** The columns of ingestion, in the order of «received = accepted + … + held». */
export const COUNTS = ['received', 'accepted', 'duplicates', 'variants', 'rejected', 'held', 'unmatched'] as const;
