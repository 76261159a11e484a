Feature: Policies that block

  An administrator forbids stealing, stealing without a filter, mirroring or scaling down for some targets. The session
  may start; what is forbidden is refused when mirrord asks for it, in words that name the policy.

  Background:
    Given the world "visit-counter"

  Rule: What is blocked is refused, and nothing else

    @req-POLI-001
    Scenario: Stealing
      Given the policy
        """
        metadata: {name: hands-off}
        spec:
          block: [steal]
        """
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When Dana tries to steal port 80
      Then it is refused with
        """
        Stealing traffic from port 80 is forbidden by the mirrord policy "hands-off" for this target (your organization does not allow you to use this mirrord feature with the chosen target).
        """
      And Dana's session holds no ports
      When Dana tries to steal port 80 with the filter "header=X-PG-Tenant: Dana"
      Then it is refused
      When Dana mirrors port 80
      Then Dana's session holds the ports
        """
        Port: 80, Type: mirror
        """

    @req-POLI-002
    Scenario: Stealing without a filter
      Given the policy
        """
        metadata: {name: with-care}
        spec:
          block: [steal-without-filter]
        """
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When Dana tries to steal port 80
      Then it is refused because of "forbidden by the mirrord policy "
      When Dana steals port 80 with the filter "header=X-PG-Tenant: Dana"
      Then Dana's session holds the ports
        """
        Port: 80, Type: steal, Filter: header=X-PG-Tenant: Dana
        """

    @req-POLI-003
    Scenario: Mirroring
      Given the cluster policy
        """
        metadata: {name: no-copies}
        spec:
          block: [mirror]
        """
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When Dana tries to mirror port 80
      Then it is refused with
        """
        Mirroring traffic from port 80 is forbidden by the mirrord policy "no-copies" for this target (your organization does not allow you to use this mirrord feature with the chosen target).
        """
      When Dana tries to steal port 80
      Then it is not refused

    @req-POLI-004
    Scenario: Scaling down
      Given the policy
        """
        metadata: {name: keep-running}
        spec:
          block: [copy-target-scale-down]
        """
      When Dana tries to copy "deployment/ip-visit-counter" and to scale it down
      Then it is refused with
        """
        Operation was blocked by policy `keep-running`
        """
      And there are no sessions
      When Dana tries to copy "deployment/ip-visit-counter"
      Then it is not refused

    @req-POLI-004
    Scenario: A policy that is not for copies forbids nothing else there
      Given the policy
        """
        metadata: {name: keep-running}
        spec:
          block: [steal, copy-target-scale-down]
        """
      And Dana copies "deployment/ip-visit-counter"
      And Dana connects to the copy
      When Dana tries to steal port 80
      Then it is not refused

    @req-POLI-005
    Scenario: Several policies add up
      Given the policy
        """
        metadata: {name: no-steal}
        spec:
          block: [steal]
        """
      And the cluster policy
        """
        metadata: {name: no-mirror}
        spec:
          block: [mirror]
        """
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When Dana tries to steal port 80
      Then it is refused because of "no-steal"
      When Dana tries to mirror port 80
      Then it is refused because of "no-mirror"

    @req-POLI-006
    Scenario: A policy that blocks nothing is possible, one that does not say what it blocks is not
      Given the policy
        """
        metadata: {name: harmless}
        spec:
          block: []
        """
      When the administrator tries to create the policy
        """
        metadata: {name: silent}
        spec: {}
        """
      Then it is refused with the code 422 and the reason "Invalid"
      When the administrator tries to create the policy
        """
        metadata: {name: inventive}
        spec:
          block: [everything]
        """
      Then it is refused with the code 422 and the reason "Invalid"

  Rule: Policies hold as they are when mirrord asks

    @req-POLI-007
    Scenario: A policy that comes later does not take away what a session has
      Given Dana runs mirrord on "deployment/ip-visit-counter"
      And Dana steals port 80
      When the administrator creates the policy
        """
        metadata: {name: too-late}
        spec:
          block: [steal]
        """
      Then Dana's session holds the ports
        """
        Port: 80, Type: steal
        """
      When Dana tries to steal port 81
      Then it is refused

    @req-POLI-007
    Scenario: A policy that is gone forbids nothing any more
      Given the policy
        """
        metadata: {name: for-now}
        spec:
          block: [steal]
        """
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When the administrator deletes the policy "for-now"
      And Dana tries to steal port 80
      Then it is not refused

  Rule: Copied targets are left alone unless the policy says otherwise

    @req-POLI-008
    Scenario: By default
      Given the policy
        """
        metadata: {name: hands-off}
        spec:
          block: [steal]
        """
      And Dana copies "deployment/ip-visit-counter"
      And Dana connects to the copy
      When Dana tries to steal port 80
      Then it is not refused

    @req-POLI-008
    Scenario: If it applies to them
      Given the policy
        """
        metadata: {name: hands-off}
        spec:
          block: [steal]
          appliesToCopyTargets: true
        """
      And Dana copies "deployment/ip-visit-counter"
      And Dana connects to the copy
      When Dana tries to steal port 80
      Then it is refused
