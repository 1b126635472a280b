import { alertsCommand } from './alerts.ts';
import { auditCommand } from './audit.ts';
import { callCommand } from './call.ts';
import { doctorCommand } from './doctor.ts';
import { keyCommand } from './key.ts';
import { localCommand } from './local.ts';
import { operationsCommand } from './operations.ts';
import { redriveCommand } from './redrive.ts';
import { rotateCommand } from './rotate.ts';
import { signCommand } from './sign.ts';
import { sitesCommand } from './sites.ts';
import { statementCommand } from './statement.ts';
import { trustCommand } from './trust.ts';
import { verifyCommand } from './verify.ts';

/** Command groups, one file each in this folder; a group need not correspond to an operation of the API. */
export const commandGroups = [
  callCommand,
  signCommand,
  keyCommand,
  statementCommand,
  auditCommand,
  operationsCommand,
  rotateCommand,
  redriveCommand,
  doctorCommand,
  verifyCommand,
  trustCommand,
  sitesCommand,
  alertsCommand,
  localCommand,
];
