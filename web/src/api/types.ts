/** Short names for the generated schemas. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Localized = Schemas['Localized'];
export type Category = Schemas['RiskCategory'];
export type Permission = Schemas['Permission'];
export type Session = Schemas['Session'];
export type PackInfo = Schemas['PackInfo'];
export type Welcome = Schemas['Welcome'];
export type Position = Schemas['Position'];
export type Geometry = Schemas['Geometry'];
export type Territory = Schemas['Territory'];
export type LegalReference = Schemas['LegalReference'];
export type TaskDay = Schemas['TaskDay'];
export type TaskItem = Schemas['TaskItem'];
export type TaskWish = Schemas['TaskWish'];
export type TaskBoard = Schemas['TaskBoard'];
export type BoardTask = Schemas['BoardTask'];
export type ObjectRow = Schemas['ObjectRow'];
export type ObjectCounts = Schemas['ObjectCounts'];
export type ObjectCard = Schemas['ObjectCard'];
export type ControlAssessment = Schemas['ControlAssessment'];
export type RuleAnswer = Schemas['RuleAnswer'];
export type RuleKind = Schemas['RuleKind'];
export type BasisStep = Schemas['BasisStep'];
export type Contribution = Schemas['Contribution'];
export type FactValue = Schemas['FactValue'];
export type HistoryEntry = Schemas['HistoryEntry'];
export type SignEntry = Schemas['SignEntry'];
export type SignRow = Schemas['SignRow'];
export type SignDetail = Schemas['SignDetail'];
export type DeskVerdict = Schemas['DeskVerdict'];
export type DeskDecision = Schemas['DeskDecision'];
export type NewDeskDecision = Schemas['NewDeskDecision'];
export type Ground = Schemas['Ground'];
export type Plan = Schemas['Plan'];
export type Route = Schemas['Route'];
export type Pause = Schemas['Pause'];
export type Visit = Schemas['Visit'];
export type LeftOut = Schemas['LeftOut'];
export type LeftOutReason = Schemas['LeftOutReason'];
export type LeftOutReasonCode = Schemas['LeftOutReasonCode'];
export type OrderItem = Schemas['OrderItem'];
export type OrderCard = Schemas['OrderCard'];
export type OrderStep = Schemas['OrderStepCode'];
export type OrderWish = Schemas['OrderWish'];
export type DayChange = Schemas['DayChange'];
export type DayChangeItem = Schemas['DayChangeItem'];
export type DayChangeWish = Schemas['DayChangeWish'];
export type HandOverWish = Schemas['HandOverWish'];
export type StartRefusal = Schemas['StartRefusal'];
export type PlanApproved = Schemas['PlanApproved'];
export type Proposal = Schemas['Proposal'];
export type CategoryChange = Schemas['CategoryChange'];
export type Decision = Schemas['Decision'];
export type Methodology = Schemas['Methodology'];
export type Rule = Schemas['Rule'];
export type Fact = Schemas['Fact'];
export type RuleHistory = Schemas['RuleHistoryView'];
export type Source = Schemas['Source'];
export type Problem = Schemas['Problem'];
export type Snooze = Schemas['Snooze'];
export type MethodologyVersion = Schemas['MethodologyVersion'];
export type RuleChangeView = Schemas['RuleChangeView'];
export type Backtest = Schemas['Backtest'];
export type CategoryRequest = Schemas['CategoryRequest'];
export type RequestVerdict = Schemas['RequestVerdict'];
export type Oversight = Schemas['Oversight'];
export type Executors = Schemas['ExecutorsView'];
export type Executor = Schemas['ExecutorView'];
export type QueueTerms = Schemas['QueueTermsView'];
export type DueWork = Schemas['DueWorkView'];
export type SecondLooks = Schemas['SecondLookList'];
export type LookAgreement = Schemas['LookAgreementView'];
export type LookCase = Schemas['LookCaseView'];
export type MigrationCell = Schemas['MigrationCell'];
export type Outcomes = Schemas['OutcomesView'];
export type VersionShare = Schemas['Share'];

/** The federal scale, from the lightest to the heaviest; a pack uses some of it. */
export const CATEGORIES = [
  'low',
  'moderate',
  'medium',
  'significant',
  'high',
  'extremely_high',
] as const satisfies readonly Category[];
export type Delivery = Schemas['Delivery'];
export type SourceList = Schemas['SourceList'];
export type PlanList = Schemas['PlanList'];
export type RejectCount = Schemas['RejectCount'];
export type LongRangePlan = Schemas['YearPlanView'];
export type YearFigures = Schemas['YearFigures'];
