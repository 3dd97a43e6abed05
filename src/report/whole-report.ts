/** Asks for all of a report, so that the answer is an `AccessReport` as `report.ts` has it. */
export const wholeReport = `query WholeAccessReport($by: CustomerKey!) {
  accessReport(by: $by) {
    customer madeAt language complete
    purposes { key description legalBasis owner dataClasses recipients retention }
    disclosures { recipient purposes disclosed masked formerFields times firstAt lastAt }
    sources { key kind owner region status }
    data {
      dataClass
      records {
        path field type within remoteId createdAt changedAt stale
        values { field path dataClass value type currency inferred mask source readAt }
      }
    }
    notFetched { field source reason detail places }
    rights { right article }
  }
}`;
