/** A custom domain for the API. Knows nothing of the API's responses. */
import { EndpointType, type RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayDomain } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';

/** Properties of `ApiDomain`. */
export interface ApiDomainProps {
  readonly api: RestApi;
  readonly hostName: string;
  readonly certificateArn: string;
  /** Base path that maps to the API's stage, without slashes. */
  readonly basePath: string;
  /** Hosted zone for the DNS record; null leaves the record to the operator. */
  readonly hostedZoneId: string | null;
}

/** A custom domain with its certificate, base path mapping and DNS record. */
export class ApiDomain extends Construct {
  /** Target of the DNS record. */
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
    // The zone's real name is unknown; with this one the record's name is the whole host name.
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', {
      hostedZoneId,
      zoneName: hostName,
    });
    const target = RecordTarget.fromAlias(new ApiGatewayDomain(domain));
    new ARecord(this, 'Record', { zone, target });
  }
}
