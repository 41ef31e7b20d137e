/** The partition of a Region and the domain of its service endpoints: `AWS::Partition` and `AWS::URLSuffix`. */
export function partitionOf(region: string): { partition: string; urlSuffix: string } {
  if (region.startsWith('cn-')) {
    return { partition: 'aws-cn', urlSuffix: 'amazonaws.com.cn' };
  }
  if (region.startsWith('us-gov-')) {
    return { partition: 'aws-us-gov', urlSuffix: 'amazonaws.com' };
  }
  return { partition: 'aws', urlSuffix: 'amazonaws.com' };
}
