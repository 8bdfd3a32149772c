/** A web ACL in front of the API: rules kept by AWS, and a limit per address. */
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/**
 * Groups of rules of AWS, each with those of its rules that only count. A body is JSON that is
 * stored and given back, never run: `metadata` may hold any text and a PATCH 64 KiB. Scripts need
 * not name themselves, and servers add query parameters of their own, which nobody reads.
 */
const MANAGED_GROUPS: Record<string, readonly string[]> = {
  AWSManagedRulesAmazonIpReputationList: [],
  AWSManagedRulesKnownBadInputsRuleSet: [],
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

/** Blocks by the rules, and an address that sends more than the limit in five minutes. */
export class ApiWebAcl extends Construct {
  constructor(scope: Construct, id: string, props: { stage: Stage; rateLimit: number }) {
    super(scope, id);
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibilityOf('WebAcl'),
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
  // Samples of requests would show their headers, and with them access tokens.
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false };
}
