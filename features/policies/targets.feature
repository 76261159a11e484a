Feature: Which targets a policy is for

  A MirrordPolicy is for targets in its namespace, a MirrordClusterPolicy for all. Both may be narrowed down by a pattern
  for the path of the target, as its user gave it, and by a selector for the labels of what is targeted. If both are
  given, both have to match.

  Background:
    Given the world "visit-counter"

  @req-POLI-009
  Scenario: A namespaced policy ends with its namespace
    Given the deployment "checkout" in the namespace "shop"
    And the policy
      """
      metadata: {name: only-shop, namespace: shop}
      spec:
        block: [steal]
      """
    When Aviram runs mirrord on "deployment/checkout" in the namespace "shop"
    And Aviram tries to steal port 80
    Then it is refused because of "only-shop"
    When Dana runs mirrord on "deployment/ip-visit-counter"
    And Dana tries to steal port 80
    Then it is not refused

  @req-POLI-010
  Scenario: A cluster policy is for every namespace
    Given the deployment "checkout" in the namespace "shop"
    And the cluster policy
      """
      metadata: {name: everywhere}
      spec:
        block: [steal]
      """
    When Aviram runs mirrord on "deployment/checkout" in the namespace "shop"
    And Aviram tries to steal port 80
    Then it is refused because of "everywhere"

  @req-POLI-011
  Scenario Outline: Patterns for paths
    Given the policy
      """
      metadata: {name: by-path}
      spec:
        targetPath: "<pattern>"
        block: [steal]
      """
    And Dana runs mirrord on "<target>"
    When Dana tries to steal port 80
    Then <outcome>

    Examples:
      | pattern                            | target                                     | outcome           |
      | *                                  | deployment/ip-visit-counter                | it is refused     |
      | deploy/*                           | deployment/ip-visit-counter                | it is refused     |
      | deploy/*                           | deployment/ip-visit-counter/container/main | it is refused     |
      | deploy/*-counter                   | deployment/ip-visit-counter/container/main | it is not refused |
      | deploy/*/container/main            | deployment/ip-visit-counter/container/main | it is refused     |
      | deploy/*/container/main            | deployment/ip-visit-counter                | it is not refused |
      | deploy/ip-visit-counte?            | deployment/ip-visit-counter                | it is refused     |
      | deploy/ip-visit-counter?           | deployment/ip-visit-counter                | it is not refused |
      | deploy/ip                          | deployment/ip-visit-counter                | it is not refused |
      | deployment/*                       | deployment/ip-visit-counter                | it is not refused |
      | pod/*                              | deployment/ip-visit-counter                | it is not refused |
      | targetless                         | deployment/ip-visit-counter                | it is not refused |
      | targetless                         | targetless                                 | it is refused     |
      | label                              | label/app=ip-visit-counter                 | it is refused     |

  @req-POLI-012
  Scenario: The path is the one that the user gave: the pods of a deployment are not the deployment
    Given the policy
      """
      metadata: {name: by-path}
      spec:
        targetPath: deploy/*
        block: [steal]
      """
    And Dana runs mirrord on a pod of "ip-visit-counter"
    When Dana tries to steal port 80
    Then it is not refused

  @req-POLI-013
  Scenario Outline: Selectors for labels
    Given the policy
      """
      metadata: {name: by-label}
      spec:
        selector: <selector>
        block: [steal]
      """
    And Dana runs mirrord on "deployment/ip-visit-counter"
    When Dana tries to steal port 80
    Then <outcome>

    Examples:
      | selector                                                                           | outcome           |
      | {matchLabels: {app: ip-visit-counter}}                                             | it is refused     |
      | {matchLabels: {app: other}}                                                        | it is not refused |
      | {matchLabels: {app: ip-visit-counter, tier: front}}                                | it is not refused |
      | {matchExpressions: [{key: app, operator: Exists}]}                                 | it is refused     |
      | {matchExpressions: [{key: app, operator: DoesNotExist}]}                           | it is not refused |
      | {matchExpressions: [{key: app, operator: In, values: [ip-visit-counter, other]}]}  | it is refused     |
      | {matchExpressions: [{key: app, operator: NotIn, values: [ip-visit-counter]}]}      | it is not refused |
      | {}                                                                                 | it is refused     |

  @req-POLI-014
  Scenario Outline: Path and labels
    Given the policy
      """
      metadata: {name: both}
      spec:
        targetPath: "<pattern>"
        selector: {matchLabels: {app: <app>}}
        block: [steal]
      """
    And Dana runs mirrord on "deployment/ip-visit-counter"
    When Dana tries to steal port 80
    Then <outcome>

    Examples:
      | pattern  | app              | outcome           |
      | deploy/* | ip-visit-counter | it is refused     |
      | deploy/* | other            | it is not refused |
      | pod/*    | ip-visit-counter | it is not refused |
