/** A web ACL in front of the API: AWS managed rules and a rate limit per IP address. */
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/**
 * AWS managed rule groups, each with the rules that only count. Bodies are JSON that is stored and
 * returned but never run: `metadata` may hold any text, and a PATCH may have 64 KiB. Scripts may
 * omit `User-Agent`, and sign-in servers and others add query parameters, which nothing reads.
 */
const MANAGED_GROUPS: Record<string, readonly string[]> = {
  AWSManagedRulesAmazonIpReputationList: [],
  AWSManagedRulesKnownBadInputsRuleSet: [
    'JavaDeserializationRCE_BODY',
    'Log4JRCE_BODY',
    'ReactJSRCE_BODY',
  ],
  AWSManagedRulesCommonRuleSet: [
    'CrossSiteScripting_BODY',
    'EC2MetaDataSSRF_BODY',
    'EC2MetaDataSSRF_QUERYARGUMENTS',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
    'GenericRFI_QUERYARGUMENTS',
    'NoUserAgent_HEADER',
    'SizeRestrictions_BODY',
    'SizeRestrictions_QUERYSTRING',
  ],
};

/** Properties of `ApiWebAcl`. */
export interface ApiWebAclProps {
  readonly stage: Stage;
  /** Requests of one IP address in five minutes. */
  readonly rateLimit: number;
  /** Unique in account and region: it is the dimension that its metrics and those of its rules have. */
  readonly metricName: string;
}

/** Blocks by the managed rules, and IP addresses above the rate limit per five minutes. */
export class ApiWebAcl extends Construct {
  constructor(scope: Construct, id: string, props: ApiWebAclProps) {
    super(scope, id);
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibilityOf(props.metricName),
      rules: [limitRule(props.rateLimit), ...managedRules()],
    });
    new CfnWebACLAssociation(this, 'Association', {
      resourceArn: props.stage.stageArn,
      webAclArn: acl.attrArn,
    });
  }
}

function limitRule(limit: number): CfnWebACL.RuleProperty {
  return {
    name: 'RatePerAddress',
    priority: 0,
    action: { block: {} },
    statement: {
      rateBasedStatement: { limit, aggregateKeyType: 'IP', evaluationWindowSec: 300 },
    },
    visibilityConfig: visibilityOf('RatePerAddress'),
  };
}

function managedRules(): CfnWebACL.RuleProperty[] {
  return Object.entries(MANAGED_GROUPS).map(([name, counting], index) => ({
    name,
    priority: index + 1,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ruleActionOverrides: counting.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
    visibilityConfig: visibilityOf(name),
  }));
}

function visibilityOf(metricName: string): CfnWebACL.VisibilityConfigProperty {
  // Sampled requests would expose their headers, and with them access tokens.
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false };
}
