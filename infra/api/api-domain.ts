/** A host name of the operator's own for the API. Knows nothing of what the API answers. */
import { EndpointType, type RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayDomain } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';

/** What the name leads to. */
export interface ApiDomainProps {
  readonly api: RestApi;
  readonly hostName: string;
  readonly certificateArn: string;
  /** Path below the name at which the API's stage is, without slashes. */
  readonly basePath: string;
  /** Where to make the DNS record; null leaves it to the operator. */
  readonly hostedZoneId: string | null;
}

/** The name, with its certificate and what it leads to. */
export class ApiDomain extends Construct {
  /** What the DNS record of the name has to lead to. */
  readonly target: string;

  constructor(scope: Construct, id: string, props: ApiDomainProps) {
    super(scope, id);
    const { api, hostName, certificateArn, basePath, hostedZoneId } = props;
    const domain = api.addDomainName('DomainName', {
      domainName: hostName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
      basePath,
    });
    this.target = domain.domainNameAliasDomainName;
    if (hostedZoneId === null) return;
    // The zone's own name is of no use here: the record has the whole name.
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', {
      hostedZoneId,
      zoneName: hostName,
    });
    const target = RecordTarget.fromAlias(new ApiGatewayDomain(domain));
    new ARecord(this, 'Record', { zone, target });
  }
}
